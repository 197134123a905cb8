//! A file that is read whenever it changes.

mod directories;
mod settling;
mod signals;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Instant;

use crate::config::error::{At, ConfigError, ConfigProblem};
use crate::config::in_force::in_force;
use crate::config::loader::{Loader, loader, path_to_reload, text_of};
use crate::event::kinds::Kinds;
use crate::event::listeners::is_wanted;
use settling::{QUIET, Settling};
use signals::Signals;

/// Reads the file of [`reload`](super::reload) now, if it is not in force, and again whenever it changes, until the result
/// is dropped; [`forever`](Watching::forever) keeps it for the rest of the program.
///
/// The directory of the file is watched, and the contents are compared. So a file that is renamed or replaced is read
/// again, as is one behind a symbolic link that then points elsewhere, such as a `ConfigMap` of Kubernetes. One that is
/// being written is read once it has been the same for a tenth of a second. Where the system cannot watch the directory,
/// the file is looked at each second.
///
/// A file that has problems, or is gone, changes nothing: the configuration before it stays, and the next change is read
/// again. [`status`](super::status) has the problems, [`Event::ConfigRejected`](crate::events::Event::ConfigRejected) and
/// the log say so, and if nobody listens to either, standard error does.
///
/// It belongs to the file that it began with, also if another one is loaded.
///
/// ```
/// # use resilient_runtime as resilient;
/// # let path = std::env::temp_dir().join("resilient-watch-doc.toml");
/// # std::fs::write(&path, "")?;
/// resilient::config::load(&path)?;
/// let watching = resilient::config::watch()?;
/// # drop(watching);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If no file was loaded, and the variable `RESILIENT_CONFIG` names none. If no thread can be started.
pub fn watch() -> Result<Watching, ConfigError> {
    loader().watch()
}

impl Loader {
    /// As [`watch`]. The variables of this loader count for each reading.
    ///
    /// # Errors
    ///
    /// As [`watch`].
    pub fn watch(self) -> Result<Watching, ConfigError> {
        Watching::begin(self, path_to_reload()?, Signals::new)
    }
}

/// Watches a file until it is dropped. From [`watch`].
///
/// After the drop no reading begins; one that has begun may still be applied.
#[must_use = "who drops it at once does not watch; `forever()` keeps it"]
pub struct Watching {
    stop: Option<Stop>,
}

struct Stop {
    /// Release when the guard is dropped pairs with Acquire before each application, so that what the dropping thread did
    /// before is seen by none after it.
    is_stopped: Arc<AtomicBool>,
    wake: SyncSender<()>,
}

impl Watching {
    fn begin(loader: Loader, path: PathBuf, signals: fn(SyncSender<()>) -> Signals) -> Result<Self, ConfigError> {
        // Absolute, so that the program may change its directory.
        let path = std::path::absolute(&path).unwrap_or(path);
        // One signal that is not yet received stands for all that follow it.
        let (wake, woken) = sync_channel(1);
        let is_stopped = Arc::new(AtomicBool::new(false));
        let seen = loader.text_in_force(&path).map(Ok);
        let watcher = Watcher { loader, path, signals: signals(wake.clone()), woken, is_stopped, seen };
        let is_stopped = Arc::clone(&watcher.is_stopped);
        watcher.start()?;
        in_force().status.watchers += 1;
        Ok(Self { stop: Some(Stop { is_stopped, wake }) })
    }

    /// Watches for the rest of the program.
    pub fn forever(mut self) {
        self.stop = None;
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(Stop { is_stopped, wake }) = self.stop.take() {
            is_stopped.store(true, Ordering::Release);
            // If a signal waits already, that wakes it.
            let _ = wake.try_send(());
            in_force().status.watchers -= 1;
        }
    }
}

impl fmt::Debug for Watching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watching").finish_non_exhaustive()
    }
}

/// What is found at the path.
type Found = Result<String, ConfigError>;

/// What the thread has.
struct Watcher {
    loader: Loader,
    path: PathBuf,
    signals: Signals,
    woken: Receiver<()>,
    is_stopped: Arc<AtomicBool>,
    /// What was found last, whether it was good or not.
    seen: Option<Found>,
}

impl Watcher {
    /// Reads the file, and starts the thread.
    fn start(mut self) -> Result<(), ConfigError> {
        self.signals.renew(&self.path);
        let found = text_of(&self.path);
        self.take(self.loader.clone(), found);
        let path = self.path.display().to_string();
        let thread = std::thread::Builder::new().name("resilient-config".to_owned());
        thread.spawn(move || self.run()).map(drop).map_err(|error| {
            let message = format!("the file cannot be watched: no thread can be started: {error}");
            ConfigError::one(ConfigProblem::new(message, None, At::File(path)))
        })
    }

    fn run(mut self) {
        while !self.is_stopped() {
            let _ = self.woken.recv_timeout(self.signals.interval());
            // Before the file is read, so that no later change is missed.
            self.signals.renew(&self.path);
            self.look();
        }
    }

    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Acquire)
    }

    /// Applies what is at the path, once it is complete.
    fn look(&mut self) {
        let found = text_of(&self.path);
        if self.seen.as_ref() == Some(&found) {
            return;
        }
        let mut settling = Settling::begin(found, Instant::now());
        loop {
            self.pause();
            if self.is_stopped() {
                return;
            }
            if let Some(found) = settling.look(text_of(&self.path), Instant::now()) {
                return self.take(self.loader.again(), found);
            }
        }
    }

    /// Until the file may be complete, or the guard is dropped. A signal that comes meanwhile is answered later by one
    /// more look.
    fn pause(&self) {
        let end = Instant::now() + QUIET;
        while !self.is_stopped() {
            match self.woken.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn take(&mut self, loader: Loader, found: Found) {
        if self.seen.as_ref() == Some(&found) {
            return;
        }
        self.seen = Some(found.clone());
        let has_listeners = is_wanted(Kinds::CONFIG);
        if let Err(error) = loader.apply_read(&self.path, found)
            && !has_listeners
        {
            let text = format!("resilient: the configuration before it stays: {error}\n");
            // If that fails, `status` still has it.
            let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
