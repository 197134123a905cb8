//! The paths that documents for contributors name exist.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{read, root};

/// Words in backticks, outside of blocks of code, that look like paths in the repository. `<name>` and `*` stand for
/// any name.
fn paths(document: &str) -> Vec<String> {
    let prose: String = document.split("```").step_by(2).collect();
    let spans = prose.split('`').skip(1).step_by(2);
    let is_path = |span: &&str| {
        let ends = [".rs", ".md", ".toml", ".txt", ".svg", ".stderr", "/"].iter().any(|end| span.ends_with(end));
        (ends || span.contains('/'))
            && !span.contains(|letter: char| letter.is_whitespace() || "#=(\"$".contains(letter))
    };
    spans.filter(is_path).map(str::to_owned).collect()
}

/// Whether a path exists for one name in each place of `<…>`, `*` and `**`. A file's name alone may be in any folder.
fn exists(path: &str) -> bool {
    let name = path.trim_end_matches('/');
    if !name.contains('/') {
        return has_file(root(), name);
    }
    let steps: Vec<_> = name.split('/').collect();
    let mut found = vec![root().to_owned()];
    for step in steps {
        let any = step.contains(['*', '<']);
        let next = found.iter().flat_map(|folder| if any { below(folder, step) } else { vec![folder.join(step)] });
        found = next.filter(|path| path.exists()).collect();
    }
    !found.is_empty()
}

/// Whether a file somewhere in `folder` has this name. What is built is left out.
fn has_file(folder: &Path, name: &str) -> bool {
    let entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.iter().any(|entry| {
        let found = entry.file_name().to_string_lossy().into_owned();
        let is_source = found != "target" && !found.starts_with('.');
        found == name || is_source && entry.path().is_dir() && has_file(&entry.path(), name)
    })
}

/// What is in a folder and fits `step`: all, or what begins and ends as it does.
fn below(folder: &Path, step: &str) -> Vec<PathBuf> {
    let start = step.split(['*', '<']).next().unwrap_or_default();
    let end = step.rsplit(['*', '>']).next().unwrap_or_default();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let fits = |name: &str| name.starts_with(start) && name.ends_with(end);
    entries.filter(|entry| fits(&entry.file_name().to_string_lossy())).map(|entry| entry.path()).collect()
}

#[test]
fn every_path_in_documents_for_contributors_exists() {
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let paths = paths(&read(document));
        assert!(paths.len() > 10, "{document} names paths");
        for path in paths {
            assert!(exists(&path), "{document}: `{path}` does not exist");
        }
    }
}

#[test]
fn what_does_not_exist_is_found() {
    assert_eq!(paths("`a/b.rs`, `cargo test`, `Kind::ALL`, `x.md`"), ["a/b.rs", "x.md"]);
    assert!(
        exists("src/lib.rs") && exists("resilient-macros/src/layers/<name>/model.rs") && exists("ui-tests/**/*.stderr")
    );
    assert!(
        !exists("src/nothing.rs") && !exists("resilient-macros/src/layers/<name>/nothing.rs") && !exists("nothing.rs")
    );
}
