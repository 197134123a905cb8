//! Where a change can make another file of a path: the directories of the file and of all links on the way to it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// So many links are followed, as systems do.
const MOST_LINKS: usize = 40;

/// The directories to watch for an absolute path, without links. Where the path ends too early, it is the last that is
/// there.
pub(super) fn directories(path: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut next = Some(path.to_owned());
    for _ in 0..=MOST_LINKS {
        let Some(path) = next.take() else { break };
        next = follow(&path, &mut found);
    }
    found
}

/// Adds the directories up to the first link. Returns where that leads to.
fn follow(path: &Path, found: &mut BTreeSet<PathBuf>) -> Option<PathBuf> {
    let mut add = |directory: &Path| found.extend(directory.canonicalize());
    let mut whole = PathBuf::new();
    let mut parts = path.components();
    while let Some(part) = parts.next() {
        let directory = whole.clone();
        whole.push(part);
        let Ok(metadata) = whole.symlink_metadata() else {
            add(&directory);
            return None;
        };
        if metadata.is_symlink() {
            add(&directory);
            let target = directory.join(whole.read_link().ok()?);
            return Some(target.join(parts.as_path()));
        }
    }
    add(path.parent()?);
    None
}

#[cfg(all(test, unix, not(resilient_loom)))]
mod tests {
    use std::fs::{create_dir_all, write};
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::config::watch::tests::Folder;

    fn watched(path: &Path, root: &Path) -> Vec<String> {
        let root = root.canonicalize().unwrap();
        directories(path).iter().map(|it| it.strip_prefix(&root).unwrap().display().to_string()).collect()
    }

    #[test]
    fn the_directory_of_a_file_is_watched() {
        let folder = Folder::new("directories: a file");
        write(folder.join("a.toml"), "").unwrap();
        assert_eq!(watched(&folder.join("a.toml"), &folder), [""]);
        assert_eq!(watched(&folder.join("b.toml"), &folder), [""], "also if it is not there");
        assert_eq!(watched(&folder.join("b/c/d.toml"), &folder), [""], "what is there of its path");
    }

    #[test]
    fn each_link_on_the_way_is_watched() {
        let folder = Folder::new("directories: links");
        create_dir_all(folder.join("mount/..1")).unwrap();
        write(folder.join("mount/..1/a.toml"), "").unwrap();
        symlink("..1", folder.join("mount/..data")).unwrap();
        symlink("..data/a.toml", folder.join("mount/a.toml")).unwrap();
        symlink("mount", folder.join("current")).unwrap();
        assert_eq!(watched(&folder.join("current/a.toml"), &folder), ["", "mount", "mount/..1"]);
    }

    #[test]
    fn a_circle_of_links_ends() {
        let folder = Folder::new("directories: a circle");
        symlink("b", folder.join("a")).unwrap();
        symlink("a", folder.join("b")).unwrap();
        assert_eq!(watched(&folder.join("a"), &folder), [""]);
    }
}
