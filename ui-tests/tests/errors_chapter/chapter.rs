//! The chapter as Markdown.

use std::fmt::Write as _;

use crate::case::Case;

const HEAD: &str = "\
# Compile errors and fixes

Each rule with a sample that breaks it, the compiler's words, and code that compiles in its place. All of it is made from
the tests in `ui-tests/` by `UPDATE_ERRORS=1 cargo test --test errors_chapter`, which also compiles the fixes.
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
    let Case { rule, says, mend, .. } = case;
    let sample = case.sample_in_context();
    let instead = if case.mends_attributes() { "Write" } else { "Write instead" };
    let _ = write!(
        text,
        "\n### {rule}\n\n```rust\n{sample}\n```\n\n```text\n{says}\n```\n\n{instead}:\n\n```rust\n{mend}\n```\n",
    );
}
