//! What readers see is meant for them.

use std::collections::BTreeSet;

use crate::page::Page;

/// Commands and files of this repository, which readers of the documentation do not have.
const OF_THE_REPOSITORY: [&str; 6] =
    ["cargo test --workspace", "cargo test -p ", "cargo test --test", ".ci/", "CONTRIBUTING", "UPDATE_"];

/// What rustdoc shows of a line of code on a screen of 1280 pixels.
const COLUMNS: usize = 95;

/// What is wrong with the text of a page.
pub(crate) fn problems(page: &Page) -> Vec<String> {
    let mut problems = twice(page);
    problems.extend(unresolved(&page.prose));
    problems.extend(page.code.iter().flat_map(|code| cut(code)));
    let has = |text: &str| page.prose.contains(text) || page.code.iter().any(|code| code.contains(text));
    let found = OF_THE_REPOSITORY.iter().filter(|text| has(text));
    problems.extend(found.map(|text| format!("shows `{text}`, which only the repository has")));
    problems
}

/// The lines of a block that readers see only in part.
fn cut(code: &str) -> impl Iterator<Item = String> {
    let lines = code.lines().filter(|line| line.chars().count() > COLUMNS);
    lines.map(|line| format!("has a line with more than {COLUMNS} columns: `{line}`"))
}

/// The titles that a page has more than once.
fn twice(page: &Page) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let again = page.titles.iter().filter(|title| !seen.insert(title.to_lowercase()));
    again.map(|title| format!("has the title `{title}` twice")).collect()
}

/// Links of Markdown that are text, because what they name is not defined: `[text][label]`, and [`label`].
fn unresolved(prose: &str) -> Option<String> {
    let at = prose.find("][").or_else(|| prose.find("[`"))?;
    let begin = prose[..at].char_indices().rev().nth(20).map_or(0, |(begin, _)| begin);
    let text: String = prose[begin..].chars().take(60).collect();
    Some(format!("has a link to nothing near `{}`", text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

#[cfg(test)]
fn problems_in(text: &str) -> Vec<String> {
    let html = format!("<details class=top-doc><div class=docblock>{text}</div></details>");
    problems(&Page::read(&html))
}

#[test]
fn a_title_that_is_there_twice_is_a_problem() {
    assert_eq!(problems_in("<h2>One</h2><h3>Two</h3>"), [""; 0]);
    assert_eq!(problems_in("<h2>One</h2><h3>one</h3>").len(), 1);
}

#[test]
fn a_link_to_nothing_is_a_problem() {
    assert_eq!(problems_in("<p>[<a href=x><code>x</code></a>] and <code>a[0][1] [`x`]</code></p>").len(), 1);
    assert_eq!(problems_in("<p>see [the text][label]</p>").len(), 1);
    assert_eq!(problems_in("<p>see [<code>label</code>]</p>").len(), 1);
    assert_eq!(problems_in("<p>[1, 2] and <a href=x><code>label</code></a></p>"), [""; 0]);
}

#[test]
fn a_line_that_is_cut_is_a_problem() {
    let code = |columns| format!("<pre><code><i>{}</i>b</code></pre>", "a".repeat(columns - 1));
    assert_eq!(problems_in(&code(COLUMNS)), [""; 0]);
    assert_eq!(problems_in(&code(COLUMNS + 1)).len(), 1);
}

#[test]
fn commands_of_the_repository_are_a_problem_if_readers_see_them() {
    let text = "<pre><code>cargo test --workspace</code></pre>";
    assert_eq!(problems_in(text).len(), 1);
    assert_eq!(problems_in(&format!("<div style='display: none'>{text}</div>")), [""; 0]);
}
