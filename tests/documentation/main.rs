//! The documentation agrees with the code: tables of settings, links, chapters, folders and paths.

mod arrows;
mod cancellation;
mod events;
mod features;
mod links;
mod migration;
mod pages;
mod paths;
mod platforms;
mod schedules;
mod sentences;
mod settings;
mod table;

use std::path::{Path, PathBuf};
use std::{fs, io};

/// The root of the workspace.
fn root() -> &'static Path {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders
        .find(|folder| folder.join("README.md").exists() && folder.join("resilient-macros").exists())
        .expect("the workspace")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The Markdown files of a folder.
fn markdown_in(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let names = entries.unwrap_or_else(|error| panic!("{folder}: {error}")).into_iter().map(|entry| entry.file_name());
    let mut paths: Vec<_> = names.map(|name| Path::new(folder).join(name)).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths
}
