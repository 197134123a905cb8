//! How long a call waits at most for what others hold.

use std::time::Duration;

/// A wait that takes as long as it takes.
pub(crate) const UNLIMITED: Duration = Duration::MAX;

/// As attributes write it.
pub(crate) fn in_words(max_wait: Duration) -> String {
    if max_wait == UNLIMITED { "unlimited".to_owned() } else { format!("{max_wait:?}") }
}
