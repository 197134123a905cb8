//! Links have targets, on GitHub and in rustdoc.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::{markdown_in, read, root};

/// The files that rustdoc shows too.
fn included() -> Vec<PathBuf> {
    let folders = ["docs/guide", "docs/attributes"];
    let readme = PathBuf::from("README.md");
    folders.into_iter().flat_map(markdown_in).chain([readme]).collect()
}

/// The text without its blocks of code.
fn prose(document: &str) -> String {
    document.split("```").step_by(2).collect()
}

/// The definitions of links, `[label]: target`.
fn definitions(document: &str) -> BTreeMap<&str, &str> {
    let lines = document.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "));
    lines.filter(|(label, _)| !label.contains(']')).collect()
}

/// The labels of links: `[text][label]`, and `` [`label`] ``.
fn labels(prose: &str) -> Vec<String> {
    let prose: String =
        prose.lines().filter(|line| !line.starts_with('[') || !line.contains("]: ")).collect::<Vec<_>>().join(" ");
    let full = prose.match_indices("][").filter_map(|(at, _)| prose[at + 2..].split(']').next());
    let short = prose.match_indices("[`").filter_map(|(at, _)| {
        let (label, after) = prose[at + 1..].split_once(']')?;
        // The text of a link with a label or a target of its own.
        (label.ends_with('`') && !label.contains('[') && !after.starts_with(['[', '('])).then_some(label)
    });
    full.chain(short).map(str::to_owned).collect()
}

#[test]
fn every_label_is_defined_in_its_document_and_for_rustdoc() {
    let for_rustdoc = read("src/links.md") + &read("src/pictures.md");
    let for_rustdoc = definitions(&for_rustdoc);
    for path in included().into_iter().chain(["docs/performance.md".into()]) {
        let document = read(&path);
        let defined = definitions(&document);
        for label in labels(&prose(&document)) {
            let label = label.as_str();
            assert!(defined.contains_key(label), "{}: [{label}] is not defined", path.display());
            assert!(
                for_rustdoc.contains_key(label),
                "{}: [{label}] is in neither src/links.md nor src/pictures.md",
                path.display()
            );
        }
    }
}

/// The targets of inline links, `[text](target)`.
fn in_place(prose: &str) -> impl Iterator<Item = &str> {
    prose.match_indices("](").filter_map(|(at, _)| prose[at + 2..].split(')').next())
}

#[test]
fn every_link_to_a_file_leads_to_one() {
    let others = ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/performance.md", "docs/errors.md"].map(PathBuf::from);
    for path in included().into_iter().chain(others) {
        let document = read(&path);
        let prose = prose(&document);
        let targets =
            definitions(&document).into_values().map(str::to_owned).chain(in_place(&prose).map(str::to_owned));
        for target in targets.filter(|target| !target.starts_with("http")) {
            let file = target.split('#').next().unwrap_or_default();
            let from = root().join(path.parent().unwrap_or(Path::new("")));
            assert!(from.join(file).exists(), "{}: {target} leads nowhere", path.display());
        }
    }
}

#[test]
fn every_picture_is_in_a_document_by_its_label() {
    let pictures = read("src/pictures.md");
    let documents: Vec<_> = included().into_iter().chain(["docs/performance.md".into()]).map(read).collect();
    for label in definitions(&pictures).into_keys() {
        assert!(documents.iter().any(|document| document.contains(&format!("][{label}]"))), "{label} is nowhere");
    }
    for document in documents {
        for (_, rest) in
            document.lines().filter_map(|line| line.split_once("![")).filter(|(before, _)| before.is_empty())
        {
            let (alternative, after) = rest.split_once(']').expect("the end of the text");
            assert!(
                alternative.len() > 10 && after.starts_with("[picture-"),
                "![{alternative}] has no label for rustdoc"
            );
        }
    }
}

#[test]
fn pictures_stand_before_each_page_of_an_attribute_that_has_one() {
    let library = read("src/lib.rs");
    for path in markdown_in("docs/attributes").into_iter().filter(|path| read(path).contains("][picture-")) {
        let included = format!("#[doc = include_str!(\"../{}\")]", path.display());
        let pictures = "#[cfg_attr(doc, doc = include_str!(\"pictures.md\"))]";
        assert!(library.contains(&format!("{pictures}\n{included}")), "{} without src/pictures.md", path.display());
    }
}

#[test]
fn every_chapter_is_in_the_guide() {
    let (modules, contents) = (read("src/guide.rs"), read("docs/guide/README.md"));
    for path in markdown_in("docs/guide").into_iter().filter(|path| !path.ends_with("README.md")) {
        let name = path.file_name().expect("a name").to_string_lossy();
        assert!(modules.contains(&format!("\"guide/{name}\"")), "{name} is no module of the guide");
        assert!(contents.contains(&format!("]: {name}")), "{name} is not in the contents");
    }
}

#[test]
fn every_block_of_rust_is_tested() {
    for path in included() {
        let document = read(&path);
        let openings = document.lines().filter_map(|line| line.strip_prefix("```")).filter(|info| !info.is_empty());
        for info in openings {
            // A `standalone_crate` is a program of its own, because it lists all functions of the program. `text` is what
            // programs print.
            let known = ["rust", "rust,standalone_crate", "toml", "sh", "text"].contains(&info);
            // Code of other libraries; that in Rust is compiled elsewhere.
            let is_migration = path.to_string_lossy().contains("/from-")
                && ["rust,ignore", "java", "csharp", "python"].contains(&info);
            assert!(known || is_migration, "{}: a block of `{info}`", path.display());
        }
    }
}
