//! Long lines are broken, because readers see only the first columns of a line of code.

/// What rustdoc shows on a screen of 1280 pixels.
const COLUMNS: usize = 90;

/// Words that would have fewer columns stand below the marks before them.
const NARROWEST: usize = 30;

/// Code with line breaks in long attributes, between attributes, and behind the `=` of a constant.
pub(crate) fn code(code: &str) -> String {
    code.lines().map(code_line).collect::<Vec<_>>().join("\n")
}

fn code_line(line: &str) -> String {
    let indent = &line[..line.len() - line.trim_start().len()];
    if columns(line) <= COLUMNS {
        return line.to_owned();
    }
    if let Some((name, arguments)) = attribute(line.trim()) {
        let lines = arguments.iter().map(|argument| code_line(&format!("{indent}    {argument},")) + "\n");
        return format!("{indent}#[{name}(\n{}{indent})]", lines.collect::<String>());
    }
    let (before, after) = [" = #[", " -> ", " = "].iter().find_map(|mark| line.split_once(mark)).unwrap_or((line, ""));
    let mark = &line[before.len()..line.len() - after.len()];
    match mark {
        " = #[" => format!("{before} =\n{indent}    #[{}", after.replace("] #[", &format!("]\n{indent}    #["))),
        " = " => format!("{before} =\n{indent}    {after}"),
        " -> " => format!("{before}\n{indent}    -> {after}"),
        _ => line.to_owned(),
    }
}

/// The name and the arguments of an attribute.
fn attribute(line: &str) -> Option<(&str, Vec<&str>)> {
    let (name, arguments) = line.strip_prefix("#[")?.strip_suffix(")]")?.split_once('(')?;
    let (mut depth, mut is_quoted, mut is_closure, mut begin) = (0_u32, false, false, 0);
    let mut found = Vec::new();
    for (at, letter) in arguments.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '|' if depth == 0 => is_closure = !is_closure,
            ',' if depth == 0 && !is_closure => {
                found.push(arguments[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    found.push(arguments[begin..].trim());
    Some((name, found))
}

/// A compile error whose lines are broken between words. What says only that an attribute made the code is left out.
pub(crate) fn error(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains("-Z macro-backtrace"));
    lines.map(error_line).collect::<Vec<_>>().join("\n")
}

fn error_line(line: &str) -> String {
    let (head, words) = line.split_at(head(line));
    // The marks below a line of code are below what they mean.
    let is_code = line.split_once(" | ").is_some_and(|(number, _)| number.trim().parse::<u32>().is_ok());
    if columns(line) <= COLUMNS || is_code {
        return line.to_owned();
    }
    let next: String = head.chars().map(|letter| if letter == '|' { '|' } else { ' ' }).collect();
    if columns(head) + NARROWEST > COLUMNS {
        let indent = next.find('|').map_or("", |bar| &next[..=bar]);
        return format!("{}\n{}", head.trim_end(), error_line(&format!("{indent}     {words}")));
    }
    let mut broken = head.to_owned();
    let mut width = columns(head);
    for word in unbroken(words) {
        if width + columns(word.trim_end()) > COLUMNS && width > columns(head) {
            broken.truncate(broken.trim_end().len());
            broken = format!("{broken}\n{next}");
            width = columns(&next);
        }
        broken.push_str(word);
        width += columns(word);
    }
    broken
}

/// Words, each with the space behind it. What stands in backticks is one, if it is short.
fn unbroken(text: &str) -> Vec<&str> {
    let (mut is_code, mut begin, mut words) = (false, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        is_code ^= letter == '`';
        if letter == ' ' && (!is_code || at - begin > NARROWEST) {
            words.push(&text[begin..=at]);
            begin = at + 1;
        }
    }
    words.push(&text[begin..]);
    words
}

/// Where the words of a line begin: behind `error: `, `  = note: `, or the marks below a line of code.
fn head(line: &str) -> usize {
    let is_mark = |letter: char| " |^-_+".contains(letter) || letter.is_ascii_digit();
    let marks = line.find(|letter| !is_mark(letter)).unwrap_or(line.len());
    if line[..marks].contains('|') {
        return marks;
    }
    let kind = ["error", "note", "help", "= note", "= help"].into_iter().find(|kind| line[marks..].starts_with(kind));
    kind.and_then(|_| Some(line.find(": ")? + 2)).unwrap_or(marks)
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

#[test]
fn a_long_attribute_has_a_line_for_each_argument() {
    let long = format!("#[retry(retry_if = |a, b| f(a, {}), on_retry = \"a, b\")]", "b".repeat(60));
    let broken = format!("#[retry(\n    retry_if = |a, b| f(a, {}),\n    on_retry = \"a, b\",\n)]", "b".repeat(60));
    assert_eq!(code(&format!("{long}\nfn f() {{}}")), format!("{broken}\nfn f() {{}}"));
}

#[test]
fn a_long_error_continues_below_its_words() {
    let words = ["word"; 30].join(" ");
    let broken = error(&format!("error: {words}\n1 | code\n  |  ^^ {words}\n  = note: {words}"));
    let lines: Vec<_> = broken.lines().collect();
    assert!(lines.iter().all(|line| columns(line) <= COLUMNS), "{broken}");
    let starts =
        ["error: word", "       word", "1 | code", "  |  ^^ word", "  |     word", "  = note: word", "          word"];
    assert_eq!(lines.len(), starts.len(), "{broken}");
    assert!(lines.iter().zip(starts).all(|(line, start)| line.starts_with(start)), "{broken}");
}
