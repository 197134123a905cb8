//! The pages "from …" show code of other libraries that compiles: it is that of the package `tests/migration`, whose
//! versions of these libraries are the ones that the pages name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{markdown_in, read, root};

/// The pages about libraries whose code is compiled, with the folders of that code.
fn pages() -> impl Iterator<Item = (PathBuf, PathBuf)> {
    markdown_in("docs/guide").into_iter().filter_map(|page| {
        let library = page.file_stem()?.to_str()?.strip_prefix("from-")?.replace('-', "_");
        let folder = Path::new("tests/migration/src").join(library);
        root().join(&folder).is_dir().then_some((page, folder))
    })
}

/// The blocks that rustdoc does not compile.
fn ignored(page: &str) -> BTreeSet<String> {
    let blocks = page.split("```rust,ignore\n").skip(1).filter_map(|rest| rest.split_once("```"));
    blocks.map(|(block, _)| block.to_owned()).collect()
}

fn sources(folder: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(root().join(folder)).expect("a folder").map(|file| file.expect("a file").path());
    files.map(|file| fs::read_to_string(&file).expect("text")).collect()
}

#[test]
fn code_of_other_libraries_is_the_code_that_compiles() {
    let mut checked = 0;
    for (page, folder) in pages() {
        let (shown, compiled) = (ignored(&read(&page)), sources(&folder));
        let (page, folder) = (page.display(), folder.display());
        if let Some(block) = shown.difference(&compiled).next() {
            panic!("{page}: this is no file of {folder}:\n{block}");
        }
        if let Some(source) = compiled.difference(&shown).next() {
            panic!("{folder}: this file is not on {page}:\n{source}");
        }
        checked += shown.len();
    }
    assert!(checked > 10, "{checked}");
}

#[test]
fn nothing_else_is_left_uncompiled() {
    let compiled: BTreeSet<_> = pages().map(|(page, _)| page).collect();
    for page in markdown_in("docs/guide").into_iter().chain(markdown_in("docs/attributes")) {
        assert!(compiled.contains(&page) || ignored(&read(&page)).is_empty(), "{}", page.display());
    }
}

/// Whether a lock file of a package with other libraries has this version.
fn is_locked(name: &str, version: &str) -> bool {
    let wanted = format!("name = \"{name}\"\nversion = \"{version}\"");
    ["tests/migration/Cargo.lock", "benches/Cargo.lock"].iter().any(|lock| read(lock).contains(&wanted))
}

/// Names of crates with their versions: `backon 1.6.0`, in whatever surrounds them.
fn versions(text: &str) -> Vec<(String, String)> {
    let words: Vec<_> = text.split(|letter: char| letter.is_whitespace() || "[](),|".contains(letter)).collect();
    let words: Vec<_> =
        words.into_iter().map(|word| word.trim_end_matches('.')).filter(|word| !word.is_empty()).collect();
    let is_version =
        |word: &str| word.split('.').count() == 3 && word.split('.').all(|part| part.parse::<u32>().is_ok());
    let pairs = words.windows(2).filter(|pair| is_version(pair[1]));
    pairs.map(|pair| (pair[0].to_lowercase(), pair[1].to_owned())).collect()
}

#[test]
fn the_versions_that_pages_name_are_those_that_were_looked_at() {
    let others = ["resilience4j", "polly", "tolerance", "tenacity"];
    for page in markdown_in("docs/guide") {
        let name = page.file_stem().expect("a name").to_string_lossy().into_owned();
        if name != "compare" && !name.starts_with("from-") {
            continue;
        }
        for (library, version) in versions(&read(&page)) {
            let known = others.contains(&library.as_str()) || is_locked(&library, &version);
            assert!(known || library.starts_with("http"), "{}: {library} {version} is not locked", page.display());
        }
    }
}

#[test]
fn a_name_and_a_version_are_found_in_prose_and_in_tables() {
    let found = versions("[backon](https://docs.rs/backon/1.6.0) 1.6.0. | tower 0.5.3 | 10.5 s |");
    let expected = [("https://docs.rs/backon/1.6.0", "1.6.0"), ("tower", "0.5.3")];
    assert_eq!(found, expected.map(|(name, version)| (name.to_owned(), version.to_owned())));
    assert!(is_locked("tower", "0.5.3") && !is_locked("tower", "0.5.2"));
}
