//! Without the feature `testing` nothing changes the settings.

use crate::retry::settings::Settings;

#[inline]
pub(super) const fn has_no_delays() -> bool {
    false
}

#[inline]
pub(super) const fn settings(given: &Settings) -> &Settings {
    given
}
