//! What the scope of a test changes of the settings.

use crate::core::scope;
use crate::retry::settings::Settings;

/// Whether retries do not wait.
pub(super) fn has_no_delays() -> bool {
    scope::current().is_some_and(|scope| scope.overrides().no_delays)
}

/// The settings as the scope wants them. Changed ones live until the process ends.
pub(super) fn settings(given: &Settings) -> &Settings {
    let attempts = scope::current().and_then(|scope| scope.overrides().attempts);
    let changed = |attempts| Settings { max_attempts: Some(attempts), max_elapsed: None, ..*given };
    attempts.map_or(given, |attempts| Box::leak(Box::new(changed(attempts))))
}
