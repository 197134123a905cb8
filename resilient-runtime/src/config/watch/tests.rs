//! Files that change, and what becomes of them. `tests/config/` in the workspace has what they change.

use std::fs;
use std::io::Write as _;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::*;
use crate::config::in_force::alone;
use crate::core::name::Name;
use crate::event::event::Event;
use crate::event::listeners::Subscription;
use crate::registry::events::events;

/// A directory that is removed when it is dropped.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let unique = format!("resilient-{}-{}", std::process::id(), name.replace([' ', ':'], "-"));
        let path = std::env::temp_dir().join(unique);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A file that is watched, and what becomes of it.
struct Watched {
    path: PathBuf,
    outcomes: Receiver<String>,
    _subscription: Subscription,
    watching: Watching,
    _folder: Folder,
    _alone: MutexGuard<'static, ()>,
}

/// Nothing takes so long unless it never comes.
const GENEROUS: Duration = Duration::from_secs(60);

const GOOD: &str = "[all]\n# good\n";
const BETTER: &str = "[all]\n# better\n";

impl Watched {
    fn new(name: &str, signals: fn(SyncSender<()>) -> Signals) -> Self {
        let alone = alone();
        let folder = Folder::new(name);
        let path = folder.join("resilient.toml");
        fs::write(&path, GOOD).unwrap();
        loader().variables([]).load(&path).unwrap();
        let (sender, outcomes) = channel();
        let source = Name::intern(&path.display().to_string());
        let subscription = events().kinds(Kinds::CONFIG).subscribe(move |event| match event {
            Event::ConfigApplied(applied) if applied.source == source => drop(sender.send("applied".to_owned())),
            Event::ConfigRejected(rejected) if rejected.source == source => {
                drop(sender.send(rejected.error.map(ToString::to_string).unwrap_or_default()));
            }
            _ => {}
        });
        let watching = Watching::begin(loader().variables([]), path.clone(), signals).unwrap();
        Self { path, outcomes, _subscription: subscription, watching, _folder: folder, _alone: alone }
    }

    fn next(&self) -> String {
        self.outcomes.recv_timeout(GENEROUS).expect("the change is seen")
    }
}

#[test]
fn a_file_that_is_in_force_is_not_applied_again() {
    let watched = Watched::new("in force", Signals::new);
    assert!(watched.outcomes.try_recv().is_err());
    assert!(in_force().status.is_watched());
}

#[test]
fn a_file_that_changes_is_applied() {
    let watched = Watched::new("changes", Signals::new);
    for text in [BETTER, GOOD, BETTER] {
        fs::write(&watched.path, text).unwrap();
        assert_eq!(watched.next(), "applied");
        assert_eq!(in_force().read.as_ref().map(|(_, text)| text.as_str()), Some(text));
    }
}

#[test]
fn a_file_that_is_written_in_parts_is_applied_as_a_whole_in_the_end() {
    let watched = Watched::new("parts", Signals::new);
    let mut file = fs::File::create(&watched.path).unwrap();
    let (first, rest) = BETTER.split_at(3);
    for part in [first, rest] {
        file.write_all(part.as_bytes()).unwrap();
    }
    // If this thread was kept waiting, the first part came alone.
    while in_force().read.as_ref().is_none_or(|(_, text)| text != BETTER) {
        watched.next();
    }
}

#[test]
fn where_the_system_signals_nothing_the_file_is_looked_at() {
    let watched = Watched::new("polling", Signals::none);
    fs::write(&watched.path, BETTER).unwrap();
    assert_eq!(watched.next(), "applied");
}

#[test]
fn what_is_wrong_changes_nothing_and_the_next_change_is_read() {
    let watched = Watched::new("wrong", Signals::new);
    let too_large = "#".repeat((1 << 20) + 1);
    let wrong: [(&[u8], &str); 4] = [
        (b"[all]\nretry = ", "resilient.toml:2:"),
        (too_large.as_bytes(), "at most 1048576 bytes"),
        (b"# \xff\n", "is not UTF-8"),
        (b"[al.retry]\nmax_attempts = 2", "unknown table `al`"),
    ];
    for (bytes, expected) in wrong {
        fs::write(&watched.path, bytes).unwrap();
        let error = watched.next();
        assert!(error.contains(expected), "{error}");
        assert_eq!(in_force().read.as_ref().map(|(_, text)| text.as_str()), Some(GOOD));
        assert_eq!(in_force().status.error().map(ToString::to_string), Some(error));
    }
    fs::write(&watched.path, GOOD).unwrap();
    assert_eq!(watched.next(), "applied", "what was in force before is in force again, and that is said");
    assert!(in_force().status.error().is_none());
}

#[test]
fn a_file_that_is_gone_is_missed_once_and_found_again() {
    let watched = Watched::new("gone", Signals::new);
    fs::remove_file(&watched.path).unwrap();
    assert!(watched.next().contains("the file cannot be read"));
    fs::write(&watched.path, BETTER).unwrap();
    assert_eq!(watched.next(), "applied");
}

#[test]
fn a_file_that_takes_the_place_of_another_is_applied() {
    let watched = Watched::new("renamed", Signals::new);
    for text in [BETTER, GOOD] {
        let new = watched.path.with_extension("new");
        fs::write(&new, text).unwrap();
        fs::rename(&new, &watched.path).unwrap();
        assert_eq!(watched.next(), "applied");
    }
}

#[test]
fn a_file_that_is_moved_away_is_missed_until_it_is_moved_back() {
    let watched = Watched::new("moved", Signals::new);
    let elsewhere = watched.path.with_extension("old");
    fs::rename(&watched.path, &elsewhere).unwrap();
    assert!(watched.next().contains("the file cannot be read"));
    assert_eq!(in_force().read.as_ref().map(|(_, text)| text.as_str()), Some(GOOD));
    fs::write(&elsewhere, BETTER).unwrap();
    fs::rename(&elsewhere, &watched.path).unwrap();
    assert_eq!(watched.next(), "applied");
}

#[test]
fn a_directory_in_place_of_the_file_changes_nothing() {
    let watched = Watched::new("no file", Signals::new);
    fs::remove_file(&watched.path).unwrap();
    fs::create_dir(&watched.path).unwrap();
    assert!(watched.next().contains("the file cannot be read"));
    assert_eq!(in_force().read.as_ref().map(|(_, text)| text.as_str()), Some(GOOD));
    fs::remove_dir(&watched.path).unwrap();
    fs::write(&watched.path, BETTER).unwrap();
    // If this thread was kept waiting, that it was gone was one more outcome.
    while watched.next() != "applied" {}
}

#[test]
fn a_directory_that_takes_the_place_of_another_is_found() {
    let watched = Watched::new("directory", Signals::new);
    let folder = watched.path.parent().unwrap();
    let (old, new) = (folder.with_extension("old"), folder.with_extension("new"));
    fs::create_dir(&new).unwrap();
    fs::write(new.join("resilient.toml"), BETTER).unwrap();
    fs::rename(folder, &old).unwrap();
    fs::rename(&new, folder).unwrap();
    let outcome = watched.next();
    fs::remove_dir_all(&old).unwrap();
    assert_eq!(outcome, "applied");
    fs::write(&watched.path, GOOD).unwrap();
    assert_eq!(watched.next(), "applied", "the new directory is watched");
}

#[test]
fn a_watcher_that_is_dropped_reads_no_more() {
    let Watched { path, outcomes, watching, _folder, _alone, _subscription } = Watched::new("dropped", Signals::new);
    let is_stopped = watching.stop.as_ref().map(|stop| Arc::clone(&stop.is_stopped)).unwrap();
    assert_eq!(Arc::strong_count(&is_stopped), 3, "the thread has it");
    let before = in_force().status.watchers;
    drop(watching);
    fs::write(&path, BETTER).unwrap();
    // The thread is gone once nobody but this test has the flag.
    while Arc::strong_count(&is_stopped) > 1 {
        std::thread::yield_now();
    }
    assert!(outcomes.try_recv().is_err());
    assert_eq!(in_force().status.watchers, before - 1);
}

#[test]
fn a_watcher_for_the_rest_of_the_program_goes_on() {
    let Watched { path, outcomes, watching, _folder, _alone, _subscription } = Watched::new("forever", Signals::new);
    watching.forever();
    fs::write(&path, BETTER).unwrap();
    assert_eq!(outcomes.recv_timeout(GENEROUS).as_deref(), Ok("applied"));
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    /// In place of `link` a link to `target`, at once, as `ln -sfn` does not.
    fn point(link: &Path, target: &str) {
        let new = link.with_extension("new");
        symlink(target, &new).unwrap();
        fs::rename(&new, link).unwrap();
    }

    #[test]
    fn a_link_that_points_elsewhere_is_followed() {
        let watched = Watched::new("link", Signals::new);
        let folder = watched.path.parent().unwrap();
        for (target, text) in [("first.toml", BETTER), ("second.toml", GOOD)] {
            fs::write(folder.join(target), text).unwrap();
            point(&watched.path, target);
            assert_eq!(watched.next(), "applied");
        }
        fs::write(folder.join("second.toml"), BETTER).unwrap();
        assert_eq!(watched.next(), "applied", "the file behind the link is watched as well");
    }

    #[test]
    fn a_link_to_nothing_changes_nothing_until_there_is_something() {
        let watched = Watched::new("dangling", Signals::new);
        point(&watched.path, "later.toml");
        assert!(watched.next().contains("the file cannot be read"));
        assert_eq!(in_force().read.as_ref().map(|(_, text)| text.as_str()), Some(GOOD));
        fs::write(watched.path.with_file_name("later.toml"), BETTER).unwrap();
        assert_eq!(watched.next(), "applied");
    }

    /// As Kubernetes mounts a `ConfigMap`: the file is a link through `..data`, which is replaced.
    #[test]
    fn a_config_map_that_is_replaced_is_applied() {
        let watched = Watched::new("config map", Signals::new);
        let folder = watched.path.parent().unwrap();
        for (version, text) in [("..1", BETTER), ("..2", GOOD), ("..3", BETTER)] {
            fs::create_dir(folder.join(version)).unwrap();
            fs::write(folder.join(version).join("resilient.toml"), text).unwrap();
            symlink(version, folder.join("..data_tmp")).unwrap();
            fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
            if version == "..1" {
                symlink("..data/resilient.toml", folder.join("link")).unwrap();
                fs::rename(folder.join("link"), &watched.path).unwrap();
            }
            assert_eq!(watched.next(), "applied");
        }
        fs::write(folder.join("..3/resilient.toml"), GOOD).unwrap();
        assert_eq!(watched.next(), "applied", "the file behind the links is watched as well");
    }
}
