//! What holds for every page: no line of an example is cut, no title is there twice, and the README is short and shows what
//! the compiler really says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::{markdown_in, read, root};

/// Columns of an example: as many as rustdoc shows beside its sidebar on a screen of 1280 pixels.
const COLUMNS: usize = 90;

fn all() -> impl Iterator<Item = PathBuf> {
    let folders = ["docs/guide", "docs/attributes", "resilient-macros/docs"];
    folders.into_iter().flat_map(markdown_in).chain([PathBuf::from("README.md")])
}

/// The lines within blocks of code, with their numbers.
fn in_blocks(page: &str) -> Vec<(usize, &str)> {
    let mut is_code = false;
    let lines = page.lines().enumerate().filter(|(_, line)| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        is_code && !is_fence
    });
    lines.map(|(at, line)| (at + 1, line)).collect()
}

#[test]
fn no_line_of_an_example_is_cut() {
    for path in all() {
        let page = read(&path);
        for (number, line) in in_blocks(&page) {
            let columns = line.chars().count();
            assert!(columns <= COLUMNS, "{}:{number}: {columns} columns", path.display());
        }
    }
}

/// The titles of a page, the hash signs included.
fn titles(page: &str) -> Vec<&str> {
    let code: BTreeSet<_> = in_blocks(page).into_iter().map(|(number, _)| number).collect();
    let lines = page.lines().enumerate().filter(|(at, line)| line.starts_with('#') && !code.contains(&(at + 1)));
    lines.map(|(_, line)| line).collect()
}

#[test]
fn every_chapter_begins_with_a_title_that_no_other_has() {
    let chapters =
        markdown_in("docs/guide").into_iter().chain(["docs/errors.md", "docs/performance.md"].map(PathBuf::from));
    let mut seen = BTreeSet::new();
    for path in chapters {
        let page = read(&path);
        let title = page.lines().next().unwrap_or_default().to_owned();
        assert!(title.starts_with("# "), "{}: {title}", path.display());
        let of_first_level = titles(&page).iter().filter(|title| title.starts_with("# ")).count();
        assert_eq!(of_first_level, 1, "{}", path.display());
        assert!(seen.insert(title.clone()), "{}: another chapter has the title {title}", path.display());
    }
}

#[test]
fn no_title_is_twice_on_a_page() {
    for path in all() {
        let mut page = read(&path);
        // rustdoc puts the table of settings below.
        let settings = Path::new("resilient-macros/docs").join(path.file_name().expect("a name"));
        if path.starts_with("docs/attributes") && root().join(&settings).exists() {
            page.push('\n');
            page.push_str(&read(settings));
        }
        let mut seen = BTreeSet::new();
        for title in titles(&page) {
            assert!(seen.insert(title.to_lowercase()), "{}: {title} is there twice", path.display());
        }
    }
}

/// Text with single spaces in place of any white space: the README breaks lines that the compiler does not.
fn unbroken(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_compile_error_in_the_readme_is_one() {
    let readme = read("README.md");
    let (_, rest) = readme.split_once("```text\nerror: ").expect("a block with an error");
    let (error, _) = rest.split_once("```").expect("its end");
    let place = error.split_once("--> ").and_then(|(_, rest)| rest.split_once(".rs")).expect("its place").0;
    let expected = read(format!("ui-tests/{place}.stderr"));
    assert!(unbroken(&expected).contains(&unbroken(error)), "ui-tests/{place}.stderr says something else");
}

#[test]
fn the_readme_can_be_read_in_five_minutes() {
    let readme = read("README.md");
    let lines = readme.lines().filter(|line| !(line.starts_with('[') && line.contains("]: "))).count();
    assert!(lines <= 120, "{lines} lines without the definitions of links");
    for command in ["cargo run --example quickstart", "cargo test --workspace --all-features"] {
        assert!(readme.contains(command), "{command}");
    }
}
