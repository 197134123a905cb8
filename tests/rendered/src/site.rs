//! The folder that `cargo doc` writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::page::Page;

/// The libraries that others read about. The packages of tests and examples have pages too.
const PUBLISHED: [&str; 7] = [
    "resilient",
    "resilient_admin",
    "resilient_macros",
    "resilient_opentelemetry",
    "resilient_rules",
    "resilient_runtime",
    "resilient_runtime_id",
];

/// Whether a page is one of a published library, or of its sources.
fn is_published(path: &Path) -> bool {
    let library = path.iter().find(|folder| *folder != "src");
    library.is_some_and(|library| PUBLISHED.iter().any(|published| library == *published))
}

pub(crate) struct Site {
    /// By their paths within the folder.
    pages: BTreeMap<PathBuf, Page>,
    /// All files, pages too.
    files: BTreeSet<PathBuf>,
}

impl Site {
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let mut site = Self { pages: BTreeMap::new(), files: BTreeSet::new() };
        site.read_below(folder, folder)?;
        Ok(site)
    }

    fn read_below(&mut self, folder: &Path, at: &Path) -> io::Result<()> {
        for entry in fs::read_dir(at)? {
            let path = entry?.path();
            if path.is_dir() {
                self.read_below(folder, &path)?;
                continue;
            }
            let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
            if path.extension().is_some_and(|extension| extension == "html") {
                self.pages.insert(name.clone(), Page::read(&fs::read_to_string(&path)?));
            }
            self.files.insert(name);
        }
        Ok(())
    }

    /// The pages of the published libraries, and those of their sources.
    pub(crate) fn pages(&self) -> impl Iterator<Item = (&Path, &Page)> {
        self.pages.iter().filter(|(path, _)| is_published(path)).map(|(path, page)| (path.as_path(), page))
    }

    pub(crate) fn has(&self, path: &Path) -> bool {
        self.files.contains(path)
    }

    pub(crate) fn page(&self, path: &Path) -> Option<&Page> {
        self.pages.get(path)
    }

    #[cfg(test)]
    pub(crate) fn of<const N: usize>(pages: [(&str, &str); N]) -> Self {
        let pages: BTreeMap<_, _> = pages.into_iter().map(|(path, html)| (path.into(), Page::read(html))).collect();
        Self { files: pages.keys().cloned().collect(), pages }
    }
}
