//! The message about two places that give one name different settings, which is a bug in the program.

use std::fmt;
use std::io::{self, Write as _};

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::registry::origin::ExactOrigin;

/// A name whose state has other settings than those that a place in the program gives.
pub(super) struct Conflict<T: SharedState> {
    pub(super) name: Name,
    pub(super) in_force: T::Policy,
    /// `None` if the settings in force are the defaults.
    pub(super) by: Option<ExactOrigin>,
    pub(super) ignored: T::Policy,
    pub(super) of: ExactOrigin,
}

impl<T: SharedState> Conflict<T> {
    /// Writes the message to standard error, and to logs. If that fails, the message is lost, and the call that found the conflict
    /// goes on.
    pub(super) fn write(&self) {
        let _ = writeln!(io::stderr(), "resilient: error: {self}");
        #[cfg(feature = "tracing")]
        crate::event::log::settings_conflict(self);
    }
}

impl<T: SharedState> fmt::Display for Conflict<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` has ", T::KIND, self.name)?;
        match self.by {
            Some(by) => write!(f, "settings from {by}")?,
            None => f.write_str("the default settings")?,
        }
        write!(
            f,
            " already, and {} gives it others; give them at one place, and the name alone at the others\n  in force: \
             {:?}\n  ignored: {:?}",
            self.of, self.in_force, self.ignored
        )
    }
}
