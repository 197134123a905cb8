//! The settings of a bulkhead, with slots and with threads.

use std::fmt::Display;
use std::time::Duration;

/// Slots, where nobody says how many.
pub const MAX_CONCURRENT: u32 = 10;
/// How long a call waits for a slot, where nobody says so.
pub const MAX_WAIT: Duration = Duration::ZERO;
/// Where a limit that adapts itself begins, unless its bounds say otherwise.
pub const INITIAL: u32 = 20;
/// Threads, where nobody says how many.
pub const THREADS: u32 = 4;
/// How many calls wait for a thread, where nobody says so.
pub const MAX_QUEUE_OF_THREADS: u32 = 100;
/// How long an idle thread is kept, where nobody says so.
pub const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// There are no threads to keep.
pub const NO_IDLE_THREADS: &str = "`keep_alive` is how long an idle thread is kept, and this `bulkhead` has none";
/// Threads belong to no key.
pub const ONE_FOR_ALL_KEYS: &str = "a `bulkhead` with `threads` is one for all keys";
/// The threads are the limit.
pub const THREADS_ARE_THE_LIMIT: &str = "with `threads` each thread runs one call at a time";

/// What a limit that stays does not look at, as a constant of the setting's name.
#[macro_export]
macro_rules! without_adaptive_limit {
    ($name:literal) => {
        ::core::concat!("`", $name, "` acts only with a limit that adapts itself")
    };
}

/// The same, with the way out.
pub fn without_adaptive_limit(name: impl Display) -> String {
    format!(
        concat!(without_adaptive_limit!("{name}"), ": write `max_concurrent = adaptive(max = 200)`, or remove it"),
        name = name
    )
}

/// A limit that adapts itself, as a setting says it.
pub fn adaptive(min: impl Display, max: impl Display, initial: impl Display) -> String {
    format!("adaptive(min = {min}, max = {max}, initial = {initial})")
}

/// Calls have a time to wait, and no place.
pub fn nobody_waits(max_queue: u32, max_wait: Duration) -> Option<&'static str> {
    (max_queue == 0 && !max_wait.is_zero()).then_some("with `max_queue = 0` nobody waits, however long `max_wait` is")
}

/// Calls have a place to wait, and no time.
pub fn nobody_queues(max_queue: u32, max_wait: Duration) -> Option<&'static str> {
    (max_queue > 0 && max_wait.is_zero()).then_some("nobody queues without a time to wait")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_has_a_place_and_a_time() {
        let second = Duration::from_secs(1);
        let cases = [(0, second), (0, Duration::ZERO), (1, second), (1, Duration::ZERO)];
        assert_eq!(cases.map(|(queue, wait)| nobody_waits(queue, wait).is_some()), [true, false, false, false]);
        assert_eq!(cases.map(|(queue, wait)| nobody_queues(queue, wait).is_some()), [false, false, false, true]);
        assert!(without_adaptive_limit("overload_on").starts_with(without_adaptive_limit!("overload_on")));
    }
}
