//! The configuration in force: the last one that was good.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::config::bounds::Bounds;
use crate::config::entry::Entries;
use crate::config::plan::Planned;
use crate::config::status::Status;
use crate::core::sync::word::{LazyLock, Mutex, MutexGuard, PoisonError};
use crate::registry::functions::LayerKind;
use crate::registry::subjects::Address;

/// What is in force, and how it came to be.
#[derive(Debug, Default)]
pub(super) struct InForce {
    pub(super) entries: Entries,
    pub(super) bounds: Bounds,
    /// The file that it is the text of, and the text. `None` if it was no file.
    pub(super) read: Option<(PathBuf, String)>,
    pub(super) status: Status,
    /// The state that has settings of a configuration.
    configured: HashSet<(LayerKind, Address)>,
}

impl InForce {
    /// Applies what is planned.
    pub(super) fn put(&mut self, planned: &[Planned<'_>]) {
        for planned in planned {
            let key = (planned.subject.kind, planned.subject.address);
            let has_settings = self.configured.contains(&key);
            if planned.apply(has_settings) {
                self.configured.insert(key);
            } else {
                self.configured.remove(&key);
            }
        }
    }
}

/// Held by each test that applies a configuration, because that is the whole process's.
#[cfg(all(test, not(resilient_loom)))]
pub(super) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The only one of the process. The lock is held until a configuration is applied as a whole, so that of two one is in
/// force as a whole; no listener runs meanwhile.
pub(super) fn in_force() -> MutexGuard<'static, InForce> {
    static IN_FORCE: LazyLock<Mutex<InForce>> = LazyLock::new(Mutex::default);
    IN_FORCE.lock().unwrap_or_else(PoisonError::into_inner)
}
