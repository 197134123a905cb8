//! The chapter as Markdown.

use std::fmt::Write as _;

use crate::case::Case;

const HEAD: &str = "\
# Compile errors and fixes

Each rule with a sample that breaks it, the compile error, and code that compiles instead. This file is generated from the
tests in `ui-tests/` by `UPDATE_ERRORS=1 cargo test --test errors_chapter`, which also compiles the fixes.
";

pub(crate) fn write<'a>(sections: impl IntoIterator<Item = (&'a str, Vec<Case>)>) -> String {
    let mut text = HEAD.to_owned();
    for (title, cases) in sections {
        let _ = write!(text, "\n## {title}\n");
        for case in &cases {
            rule(&mut text, case);
        }
    }
    text
}

fn rule(text: &mut String, case: &Case) {
    let Case { rule, error, fix, .. } = case;
    let sample = case.sample_in_context();
    let instead = if case.fixes_attributes() { "Write" } else { "Write instead" };
    let _ = write!(
        text,
        "\n### {rule}\n\n```rust\n{sample}\n```\n\n```text\n{error}\n```\n\n{instead}:\n\n```rust\n{fix}\n```\n",
    );
}
