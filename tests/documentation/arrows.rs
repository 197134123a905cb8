//! The order of folders that `ARCHITECTURE.md` gives is the one that the sources have.

use std::fs;
use std::path::Path;

use crate::{read, root};

/// The numbered lines below a crate's heading: each begins with the names of folders, and a colon ends them.
fn order(krate: &str) -> Vec<Vec<String>> {
    let document = read("ARCHITECTURE.md");
    let section = document.split("\n## ").find(|section| section.starts_with(&format!("`{krate}`")));
    let lines = section.expect("a section for each crate").lines();
    let names = lines.filter(|line| line.starts_with(|first: char| first.is_ascii_digit())).map(|line| {
        let names = line.split(':').next().unwrap_or_default();
        names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    });
    names.collect()
}

/// Each file by its path in `src`, without its comments.
fn sources(krate: &str) -> Vec<(String, String)> {
    let top = root().join(krate).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the sources are there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                sources.push((name(&path, &top), code(&path)));
            }
        }
    }
    sources
}

fn name(path: &Path, top: &Path) -> String {
    path.strip_prefix(top).expect("it is below").display().to_string().replace('\\', "/")
}

fn code(path: &Path) -> String {
    let text = read(path);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    // Tests of the macros have paths of users as text.
    let is_of_macros = path.starts_with(root().join("resilient-macros"));
    let without_tests = code.split_once("#[cfg(test)]\nmod tests {").filter(|_| is_of_macros);
    without_tests.map(|(before, _)| before.to_owned()).unwrap_or(code)
}

/// The folder, or the file without one, that a file belongs to.
fn folder(path: &str) -> &str {
    path.split_once('/').map_or_else(|| path.trim_end_matches(".rs"), |(folder, _)| folder)
}

/// What stands behind `crate::`, also in `crate::{a, b}`.
fn used(code: &str) -> Vec<&str> {
    let mut used = Vec::new();
    let is_word = |before: &str| before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
    let paths = code.match_indices("crate::").filter(|(at, _)| !is_word(&code[..*at]));
    for (at, root) in paths {
        let rest = &code[at + root.len()..];
        match rest.strip_prefix('{').and_then(|list| list.split_once('}')) {
            Some((list, _)) => used.extend(list.split(',').map(|name| first_name(name.trim()))),
            None => used.push(first_name(rest)),
        }
    }
    used.retain(|name| !name.is_empty());
    used
}

fn first_name(path: &str) -> &str {
    path.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
}

/// Files that are in no order: the root, which has all, and tests.
const OUTSIDE: [&str; 6] = ["lib", "inspect", "events", "metrics", "tests", "fuzz_tests"];

#[track_caller]
fn check(krate: &str) {
    let order = order(krate);
    let rank = |folder: &str| order.iter().position(|folders| folders.iter().any(|known| known == folder));
    let sources = sources(krate);
    for (path, code) in sources.iter().filter(|(path, _)| !OUTSIDE.contains(&folder(path))) {
        let own = folder(path);
        let own_rank = rank(own).unwrap_or_else(|| panic!("ARCHITECTURE.md has no place for `{own}` of {krate}"));
        for other in used(code).into_iter().filter(|other| *other != own) {
            let before = rank(other).is_some_and(|other| other < own_rank);
            assert!(before, "{krate}/src/{path} uses `crate::{other}`, which is not before `{own}` in ARCHITECTURE.md");
        }
    }
    for known in order.iter().flatten() {
        assert!(sources.iter().any(|(path, _)| folder(path) == known), "{krate} has no `{known}`");
    }
}

#[test]
fn each_folder_of_the_macros_uses_only_those_before_it() {
    check("resilient-macros");
}

#[test]
fn each_folder_of_the_runtime_uses_only_those_before_it() {
    check("resilient-runtime");
}

/// Between the layers there are facts.
#[test]
fn no_layer_uses_another() {
    for (path, code) in sources("resilient-macros") {
        let Some((layer, _)) = path.strip_prefix("layers/").and_then(|rest| rest.split_once('/')) else { continue };
        for other in code.split("crate::layers::").skip(1).map(first_name) {
            assert_eq!(other, layer, "{path} uses another layer");
        }
    }
}
