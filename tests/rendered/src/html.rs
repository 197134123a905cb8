//! HTML as a list of tags and texts: as much of it as rustdoc writes.

/// A part of a page, in the order of the source.
#[derive(Debug, PartialEq)]
pub(crate) enum Part<'a> {
    Start(Tag<'a>),
    End(&'a str),
    Text(String),
}

/// A tag that begins an element.
#[derive(Debug, PartialEq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    /// Names and values, without entities.
    attributes: Vec<(&'a str, String)>,
}

impl Tag<'_> {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_whitespace().any(|found| found == class))
    }

    /// Whether nothing stands between such a tag and an end: it has none.
    pub(crate) fn is_void(&self) -> bool {
        ["br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"].contains(&self.name)
    }
}

/// The parts of a page. Comments, and what is within scripts and styles, are left out.
pub(crate) fn parts(mut html: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while !html.is_empty() {
        let (text, rest) = html.split_at(html.find('<').unwrap_or(html.len()));
        if !text.is_empty() {
            parts.push(Part::Text(without_entities(text)));
        }
        html = after_tag(rest, &mut parts);
    }
    parts
}

/// Adds the tag at the beginning, and returns what follows it.
fn after_tag<'a>(html: &'a str, parts: &mut Vec<Part<'a>>) -> &'a str {
    if html.starts_with("<!--") {
        return after(html, "-->");
    }
    if html.starts_with("<!") {
        return after(html, ">");
    }
    if let Some(end) = html.strip_prefix("</") {
        parts.push(Part::End(end.split('>').next().unwrap_or(end).trim()));
        return after(html, ">");
    }
    let Some(begin) = html.strip_prefix('<') else { return html };
    let (tag, rest) = tag(begin);
    let raw = ["script", "style"].into_iter().find(|raw| *raw == tag.name);
    parts.push(Part::Start(tag));
    raw.map_or(rest, |name| rest.find(&format!("</{name}")).map_or("", |end| &rest[end..]))
}

fn after<'a>(html: &'a str, end: &str) -> &'a str {
    html.split_once(end).map_or("", |(_, rest)| rest)
}

/// A tag without its `<`, and what follows it.
fn tag(html: &str) -> (Tag<'_>, &str) {
    let (name, mut rest) = word(html);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (Tag { name, attributes }, rest.strip_prefix('>').unwrap_or(rest));
        }
        let (name, after_name) = word(rest);
        let (value, after_value) = after_name.strip_prefix('=').map_or(("", after_name), value);
        attributes.push((name, without_entities(value)));
        // A letter that no name has is passed over.
        rest = if after_value.len() == rest.len() { after_value.get(1..).unwrap_or("") } else { after_value };
    }
}

fn word(html: &str) -> (&str, &str) {
    html.split_at(html.find(|letter: char| letter.is_whitespace() || "=>/".contains(letter)).unwrap_or(html.len()))
}

/// A value with or without quotes, and what follows it.
fn value(html: &str) -> (&str, &str) {
    match html.chars().next() {
        Some(quote @ ('"' | '\'')) => html[1..].split_once(quote).unwrap_or((&html[1..], "")),
        _ => html.split_at(html.find(|letter: char| letter.is_whitespace() || letter == '>').unwrap_or(html.len())),
    }
}

fn without_entities(text: &str) -> String {
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    entities.into_iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

#[test]
fn tags_and_texts_come_in_order() {
    let html = "<!DOCTYPE html><p class=\"a b\" id=x data-y>1 &amp;lt; 2<br>3<!-- <p> --></p>";
    let found = parts(html);
    let Part::Start(paragraph) = &found[0] else { panic!("{found:?}") };
    assert_eq!((paragraph.name, paragraph.attribute("id"), paragraph.attribute("data-y")), ("p", Some("x"), Some("")));
    assert!(paragraph.has_class("b") && !paragraph.has_class("a b") && !paragraph.is_void());
    assert_eq!(found[1], Part::Text("1 &lt; 2".to_owned()));
    assert!(matches!(&found[2], Part::Start(tag) if tag.is_void()));
    assert_eq!(found[3..], [Part::Text("3".to_owned()), Part::End("p")]);
}

#[test]
fn scripts_are_passed_over() {
    let found = parts("<script src='a.js'>if (1 < 2) { '<p>' }</script><i>2</i>");
    assert_eq!(found.len(), 5, "{found:?}");
    assert_eq!(found[1], Part::End("script"));
}
