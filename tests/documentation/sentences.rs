//! What is wrong with a setting is said in `resilient-rules`, once: neither the macros nor the runtime repeat a sentence
//! of the other.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::{read, root};

/// Folders and files of the runtime that say nothing of settings: they are about functions and their types, as the
/// compiler finds them, and about names.
const OF_FUNCTIONS: [&str; 4] = ["/private/", "/registry/", "/testing/", "/send_check.rs"];

/// The sources of a crate without their comments and tests.
fn sources(krate: &str) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    let mut folders = vec![root().join(krate).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the sources are there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if !is_of_tests(&path) {
                sources.push((path.display().to_string().replace('\\', "/"), code(&path)));
            }
        }
    }
    sources
}

fn is_of_tests(path: &Path) -> bool {
    path.strip_prefix(root()).expect("it is below").to_string_lossy().contains("tests")
}

fn code(path: &Path) -> String {
    let text = read(path);
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The texts in quotes, with `{}` for every value in them. Line breaks in a text are those of the source.
fn texts(code: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut letters = code.replace("'\"'", "' '").replace("\\\n", " ").chars().collect::<Vec<_>>().into_iter();
    while letters.any(|letter| letter == '"') {
        let mut text = String::new();
        let mut in_value = false;
        while let Some(letter) = letters.next() {
            match letter {
                '"' => break,
                '\\' => text.extend(letters.next()),
                '{' => in_value = true,
                '}' => {
                    in_value = false;
                    text.push_str("{}");
                }
                _ if in_value => {}
                other => text.push(other),
            }
        }
        texts.push(text);
    }
    texts
}

/// So many words in a row of what is wrong, and where they are. The way out stands behind a colon.
fn rows(krate: &str, in_a_row: usize) -> BTreeMap<Vec<String>, String> {
    let mut rows = BTreeMap::new();
    for (path, code) in sources(krate) {
        if OF_FUNCTIONS.iter().any(|part| path.contains(part)) {
            continue;
        }
        for text in texts(&code) {
            let words: Vec<_> =
                text.split(": ").next().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
            rows.extend(words.windows(in_a_row).map(|row| (row.to_vec(), path.clone())));
        }
    }
    rows
}

/// The rows that two crates have, and where.
fn both(one: &str, other: &str, in_a_row: usize) -> Vec<String> {
    let (one, other) = (rows(one, in_a_row), rows(other, in_a_row));
    assert!(!one.is_empty() && !other.is_empty(), "texts are found");
    let same = one.iter().filter_map(|(row, path)| Some((row.join(" "), path, other.get(row)?)));
    same.map(|(row, path, other)| format!("{row}: {path} and {other}")).collect()
}

#[test]
fn no_sentence_about_a_setting_is_in_two_crates() {
    assert_eq!(both("resilient-macros", "resilient-runtime", 5), [""; 0]);
    // Fewer words are alike in other sentences.
    for krate in ["resilient-macros", "resilient-runtime"] {
        assert_eq!(both(krate, "resilient-rules", 7), [""; 0]);
    }
}

#[test]
fn texts_are_found_in_the_sources() {
    let code = r#"f("one \"two\" {three} \
        four", '"', "{}: five")"#;
    assert_eq!(texts(code), ["one \"two\" {}          four", "{}: five"]);
    let words = "the `retry` below pauses for".split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert!(rows("resilient-rules", 5).contains_key(&words));
}
