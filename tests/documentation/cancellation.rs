//! The tests that the chapter about cancellation names exist.

use std::fs;
use std::path::Path;

use crate::{read, root};

/// The tests in the last cells of tables: a file or a folder, and the name of a test with spaces.
fn named(chapter: &str) -> Vec<(String, String)> {
    let rows = chapter.lines().filter(|line| line.starts_with("| "));
    let cells = rows.filter_map(|row| row.strip_suffix(" |")?.rsplit_once("| "));
    let tests = cells.filter_map(|(_, cell)| cell.split_once(": "));
    tests.map(|(at, sentence)| (at.to_owned(), sentence.replace(' ', "_"))).collect()
}

/// Whether a source below `folder`, whose name is `file` or which is in a folder of that name, has the function.
fn has_test(folder: &Path, is_within: bool, file: &str, test: &str) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        let is_within = is_within || path.file_stem().is_some_and(|stem| stem == file);
        if path.is_dir() {
            return !path.ends_with("target") && has_test(&path, is_within, file, test);
        }
        let source = if is_within { fs::read_to_string(&path).unwrap_or_default() } else { String::new() };
        source.contains(&format!("fn {test}("))
    })
}

fn exists(file: &str, test: &str) -> bool {
    ["tests", "resilient-runtime/src"].iter().any(|folder| has_test(&root().join(folder), false, file, test))
}

#[test]
fn every_row_is_proved_by_a_test() {
    let chapter = read("docs/guide/cancellation.md");
    let named = named(&chapter);
    let rows = chapter.lines().filter(|line| line.starts_with("| ")).count();
    let heads = chapter.lines().filter(|line| line.ends_with("| proved by |")).count();
    assert_eq!(named.len() + heads, rows, "each row ends with a test");
    for (file, test) in named {
        assert!(exists(&file, &test), "`{file}::{test}` does not exist");
    }
}

#[test]
fn a_test_of_another_file_is_none() {
    assert!(exists("sweeps", "dropped_at_every_poll") && exists("thread_bulkhead", "shutdown"));
    assert!(!exists("sweeps", "nothing") && !exists("deadlines", "dropped_at_every_poll"));
}
