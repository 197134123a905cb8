//! A table of settings in `resilient-macros/docs`.

/// A row of a table of settings. The name is without backticks.
#[derive(Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// As in the file, backticks included.
    pub(crate) default: String,
}

impl Row {
    /// The default, if it is a value and not a sentence.
    pub(crate) fn literal(&self) -> Option<&str> {
        self.default.strip_prefix('`')?.strip_suffix('`').filter(|value| !value.contains('`'))
    }

    /// Whether the default is this value, or a sentence that has it.
    pub(crate) fn mentions(&self, value: &str) -> bool {
        self.default == value || self.default.contains(&format!("`{value}`"))
    }
}

/// The settings of a table. `retry_on(PATTERN)` and `value = …` are named by their first word; a form without a name,
/// such as a closure, is no setting.
pub(crate) fn rows(document: &str) -> Vec<Row> {
    let lines = document.lines().filter(|line| line.starts_with('|')).skip(2);
    lines.filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    // A bar inside a cell is escaped with a backslash.
    let line = line.replace("\\|", "\u{1}");
    let mut cells = line.trim_matches('|').split('|').map(str::trim);
    let (first, default) = (cells.next()?, cells.nth(1)?);
    let first = first.trim_matches('`');
    let end = first.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_').unwrap_or(first.len());
    let (name, form) = first.split_at(end);
    let named = !name.is_empty() && ["", "("].iter().any(|rest| form.get(..1).unwrap_or("") == *rest)
        || form.starts_with(" = ");
    named.then(|| Row { name: name.to_owned(), default: default.to_owned() })
}

#[test]
fn a_row_has_a_name_and_a_default() {
    let table = "| setting | value | default | meaning |\n|---|---|---|---|\n\
                 | `jitter` | word | `full` | a \\| b |\n| `retry_on(PATTERN)` | pattern | every error | |\n\
                 | `value = …` | | | |\n| `path::to` | | | |\n| `\\|error\\| …` | | | |\n";
    let rows = rows(table);
    let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["jitter", "retry_on", "value"]);
    assert_eq!(rows[0].literal(), Some("full"));
    assert_eq!(rows[1].literal(), None);
    assert!(rows[1].mentions("every error") && !rows[1].mentions("full"));
}
