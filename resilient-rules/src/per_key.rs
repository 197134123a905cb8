//! The settings of state of which there is one for each key.

use std::fmt::Display;
use std::time::Duration;

/// Keys that are kept, where nobody says how many.
pub const MAX_KEYS: u32 = 10_000;
/// How long a key is kept without a call, where nobody says so.
pub const IDLE: Duration = Duration::from_secs(600);

/// What belongs to keys, where there is none.
pub fn about_keys(name: impl Display) -> String {
    format!("`{name}` is about state per key")
}
