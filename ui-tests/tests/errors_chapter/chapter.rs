//! The chapter as Markdown.

use std::fmt::Write as _;

use crate::case::Case;
use crate::lines;

const HEAD: &str = "\
# Compile errors and fixes

Each rule with a sample that breaks it, the compile error, and code that compiles instead. All of it is generated from
tests, so the errors are the compiler's, and the fixes compile.
";

pub(crate) fn write<'a>(sections: impl IntoIterator<Item = (&'a str, Vec<Case>)>) -> String {
    let sections: Vec<_> = sections.into_iter().collect();
    let all = || sections.iter().flat_map(|(_, cases)| cases);
    let mut text = HEAD.to_owned();
    for (title, cases) in &sections {
        let _ = write!(text, "\n## {title}\n");
        for case in cases {
            let is_unique = all().filter(|other| other.rule == case.rule).count() == 1;
            // No title is on the page twice.
            let rule = if is_unique { case.rule.clone() } else { format!("{title}: {}", case.rule) };
            section(&mut text, &rule, case);
        }
    }
    text
}

fn section(text: &mut String, rule: &str, case: &Case) {
    let (sample, error, fix) = (case.sample_in_context(), lines::error(&case.error), lines::code(&case.fix));
    let sample = lines::code(&sample);
    let instead = if case.fixes_attributes() { "Write" } else { "Write instead" };
    let _ = write!(
        text,
        "\n### {rule}\n\n```rust\n{sample}\n```\n\n```text\n{error}\n```\n\n{instead}:\n\n```rust\n{fix}\n```\n",
    );
}
