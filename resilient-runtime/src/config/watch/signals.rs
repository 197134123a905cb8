//! Signals that something may have changed: from the system, and by the time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::directories::directories;

/// How often the file is looked at beside the signals, for what the system does not see: a file of another machine, or a
/// directory that takes the name of another.
const SELDOM: Duration = Duration::from_secs(5);
/// How often it is looked at if the system cannot signal.
const OFTEN: Duration = Duration::from_secs(1);

pub(super) struct Signals {
    /// Nothing if the system has no watchers, or no more of them.
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    is_complete: bool,
}

impl Signals {
    pub(super) fn new(wake: SyncSender<()>) -> Self {
        let signal = move |event: notify::Result<notify::Event>| {
            if event.map_or(true, |event| is_change(event.kind)) {
                // If one waits already, it stands for this one.
                let _ = wake.try_send(());
            }
        };
        Self { watcher: notify::recommended_watcher(signal).ok(), watched: BTreeSet::new(), is_complete: false }
    }

    /// None from the system.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn none(_: SyncSender<()>) -> Self {
        Self { watcher: None, watched: BTreeSet::new(), is_complete: false }
    }

    /// Watches the directories that count now, also if one of them is another of the same name.
    pub(super) fn renew(&mut self, path: &Path) {
        let Some(watcher) = &mut self.watcher else { return };
        for directory in &self.watched {
            // Fails if it is gone.
            let _ = watcher.unwatch(directory);
        }
        let all = directories(path);
        let count = all.len();
        let watch = |directory: &PathBuf| watcher.watch(directory, RecursiveMode::NonRecursive).is_ok();
        self.watched = all.into_iter().filter(watch).collect();
        self.is_complete = self.watched.len() == count && count > 0;
    }

    /// When to look without a signal.
    pub(super) const fn interval(&self) -> Duration {
        if self.is_complete { SELDOM } else { OFTEN }
    }
}

/// Reading the file is none, lest each look causes the next.
const fn is_change(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(_)) || matches!(kind, EventKind::Access(AccessKind::Close(AccessMode::Write)))
}
