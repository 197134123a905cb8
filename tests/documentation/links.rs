//! Links have targets, on GitHub and in rustdoc.

use std::collections::BTreeMap;
use std::fs;
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

/// All Markdown files that have links as a code host shows them, not as rustdoc does.
fn on_a_code_host() -> Vec<PathBuf> {
    let mut files = below(root());
    files.retain(|path| !path.starts_with("src") && !path.starts_with("resilient-macros/docs"));
    files
}

/// The Markdown files in a folder and in those below it. What is built and what is hidden is left out.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let sources = entries.filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name != "target" && (!name.starts_with('.') || name == ".github")
    });
    let files =
        sources.map(|entry| entry.path()).flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] });
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.map(|path| path.strip_prefix(root()).unwrap_or(&path).to_owned()).collect()
}

#[test]
fn every_link_to_a_file_or_a_title_leads_to_one() {
    let files = on_a_code_host();
    assert!(files.len() > 50, "{files:?}");
    for path in files {
        let document = read(&path);
        let prose = prose(&document);
        let targets = definitions(&document).into_values().chain(in_place(&prose));
        for target in targets.filter(|target| !target.contains("://")) {
            let (file, title) = target.split_once('#').unwrap_or((target, ""));
            let folder = path.parent().unwrap_or(Path::new(""));
            let target_path = if file.is_empty() { path.clone() } else { folder.join(file) };
            assert!(root().join(&target_path).exists(), "{}: {target} leads nowhere", path.display());
            let leads = title.is_empty() || anchors(&read(&target_path)).iter().any(|anchor| anchor == title);
            assert!(leads, "{}: {target} leads to no title", path.display());
        }
    }
}

/// The anchors that a code host gives the titles of a document. A title that stands there again gets a number.
fn anchors(document: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for title in prose(document).lines().filter(|line| line.starts_with('#')) {
        let title = title.trim_start_matches('#').trim().to_lowercase();
        let is_kept = |letter: &char| letter.is_alphanumeric() || "-_ ".contains(*letter);
        let anchor = title.chars().filter(is_kept).collect::<String>().replace(' ', "-");
        let again = anchors.iter().filter(|found| **found == anchor).count();
        anchors.push(if again == 0 { anchor } else { format!("{anchor}-{again}") });
    }
    anchors
}

#[test]
fn anchors_are_those_of_code_hosts() {
    let document = "# Settings of `#[retry]`\n\n```sh\n# no title\n```\n\n## Errors, panics\n\n## Errors, panics\n";
    assert_eq!(anchors(document), ["settings-of-retry", "errors-panics", "errors-panics-1"]);
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
