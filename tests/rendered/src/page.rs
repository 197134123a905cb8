//! What the checks ask of a page.

use std::collections::BTreeSet;

use crate::html::{Part, Tag, parts};

/// A page of rustdoc.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// What a link can lead to within the page.
    pub(crate) ids: BTreeSet<String>,
    /// Where its links, pictures, scripts and styles lead.
    pub(crate) links: Vec<String>,
    /// The titles in the text of the page itself, not in that of an item's methods.
    pub(crate) titles: Vec<String>,
    /// What readers see of comments in the source; code within a line in backticks, and links in braces.
    pub(crate) prose: String,
    /// Blocks of code.
    pub(crate) code: Vec<String>,
}

/// What the text of an element is, and that of all elements in it.
#[derive(Clone, Copy, PartialEq)]
enum Region {
    Hidden,
    /// Written in another package: what it implements for all types.
    Foreign,
    /// Written by hand: a comment in the source, or the first sentence of one in a list of items.
    Prose,
    /// About the page itself, not about a method.
    Own,
    Block,
    Title,
}

impl Region {
    /// The regions that an element within others begins.
    fn of(tag: &Tag<'_>, outer: &[Self]) -> Vec<Self> {
        let hides = tag.attribute("style").is_some_and(|style| style.replace(' ', "").contains("display:none"));
        let is_foreign = tag.attribute("id") == Some("blanket-implementations-list");
        let is_title = tag.name.len() == 2 && tag.name.starts_with('h') && outer.contains(&Self::Own);
        let begins = [
            (Self::Hidden, hides),
            (Self::Foreign, is_foreign),
            (Self::Prose, tag.has_class("docblock") || tag.name == "dd"),
            (Self::Own, tag.has_class("top-doc")),
            (Self::Block, tag.name == "pre"),
            (Self::Title, is_title),
        ];
        begins.into_iter().filter(|(_, begins)| *begins).map(|(region, _)| region).collect()
    }
}

/// An element that has not ended.
struct Open<'a> {
    name: &'a str,
    within: Vec<Region>,
}

impl Open<'_> {
    fn is(&self, region: Region) -> bool {
        self.within.contains(&region)
    }

    /// Whether readers see its text, and somebody wrote it for them.
    fn is_read(&self) -> bool {
        self.is(Region::Prose) && !self.is(Region::Foreign) && !self.is(Region::Hidden)
    }
}

impl Page {
    pub(crate) fn read(html: &str) -> Self {
        let mut page = Self::default();
        let mut open: Vec<Open<'_>> = Vec::new();
        for part in parts(html) {
            match part {
                Part::Start(tag) => page.start(&tag, &mut open),
                Part::End(name) => page.end(name, &mut open),
                Part::Text(text) => page.text(&text, open.last()),
            }
        }
        page
    }

    fn start<'a>(&mut self, tag: &Tag<'a>, open: &mut Vec<Open<'a>>) {
        let mut within = open.last().map_or_else(Vec::new, |outer| outer.within.clone());
        let begun = Region::of(tag, &within);
        if begun.contains(&Region::Title) {
            self.titles.push(String::new());
        }
        within.extend(begun);
        let element = Open { name: tag.name, within };
        self.ids.extend(tag.attribute("id").map(str::to_owned));
        if !element.is(Region::Foreign) {
            self.links.extend(["href", "src"].into_iter().filter_map(|name| tag.attribute(name)).map(str::to_owned));
        }
        if !tag.is_void() {
            self.mark(&element, true);
            open.push(element);
        }
    }

    fn end(&mut self, name: &str, open: &mut Vec<Open<'_>>) {
        let Some(at) = open.iter().rposition(|element| element.name == name) else { return };
        self.mark(&open[at], false);
        open.truncate(at);
    }

    /// Marks code and links, so that their text is not taken for that around them.
    fn mark(&mut self, element: &Open<'_>, begins: bool) {
        match (element.name, begins) {
            _ if !element.is_read() => {}
            ("pre", true) => self.code.push(String::new()),
            ("code", _) if !element.is(Region::Block) => self.prose.push('`'),
            ("a", true) => self.prose.push('{'),
            ("a", false) => self.prose.push('}'),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, within: Option<&Open<'_>>) {
        let Some(element) = within.filter(|element| element.is_read()) else { return };
        match self.code.last_mut() {
            Some(code) if element.is(Region::Block) => code.push_str(text),
            _ => self.prose.push_str(text),
        }
        if element.is(Region::Title)
            && let Some(title) = self.titles.last_mut()
        {
            title.push_str(text.trim_start_matches('§'));
        }
    }
}

#[cfg(test)]
const HTML: &str = "<nav><a href='../x.html'>x</a></nav><img src=y.svg>
    <details class='toggle top-doc'><div class=\"docblock\"><h2 id='a'><a href='#a'>§</a>A <code>b</code></h2>
    <p>see <a href=\"z.html\">z</a></p><p style=\"display:none\">never</p><pre><code>1 + 1</code></pre></div></details>
    <div class=docblock><h3>Errors</h3></div>
    <div id=blanket-implementations-list><p id=b><div class=docblock><a href='Foreign'>foreign</a></div></div>";

#[test]
fn links_and_ids_are_those_of_the_whole_page() {
    let page = Page::read(HTML);
    assert_eq!(page.links, ["../x.html", "y.svg", "#a", "z.html"]);
    assert!(page.ids.contains("a") && page.ids.contains("b"));
}

#[test]
fn titles_are_those_of_the_page_and_its_prose_is_what_readers_see() {
    let page = Page::read(HTML);
    assert_eq!(page.titles, ["A b"]);
    assert!(page.prose.contains("A `b`") && page.prose.contains("see {z}"), "{}", page.prose);
    assert!(
        !page.prose.contains("never") && !page.prose.contains("foreign") && !page.prose.contains("1 + 1"),
        "{}",
        page.prose
    );
    assert_eq!(page.code, ["1 + 1"]);
}
