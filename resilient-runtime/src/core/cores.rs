//! How many threads can run at the same time.

use std::sync::OnceLock;
use std::{fs, thread};

/// The cores of the machine, read once; at least 1. Not only those of the current thread: one that is pinned to a core
/// sees no other, and programs with a pinned thread for each core are those that need most that threads share little.
pub(crate) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| {
        let of_this_thread = thread::available_parallelism().map_or(1, usize::from);
        of_this_thread.max(online().unwrap_or(1))
    })
}

/// The cores that Linux lists as running; `None` on other systems.
fn online() -> Option<usize> {
    count(fs::read_to_string("/sys/devices/system/cpu/online").ok()?.trim())
}

/// How many numbers are in a list such as `0-3,8`.
fn count(ranges: &str) -> Option<usize> {
    let range = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        Some(last.checked_sub(first)? + 1)
    };
    ranges.split(',').map(range).sum()
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_cores_is_counted() {
        assert_eq!(["0", "0-1", "0-3,8", "0,2,4-7"].map(count), [Some(1), Some(2), Some(5), Some(6)]);
        assert_eq!(["", "x", "3-1", "0-"].map(count), [None; 4]);
    }

    #[test]
    fn there_are_at_least_those_of_this_thread() {
        assert!(cores() >= thread::available_parallelism().map_or(1, usize::from));
    }
}
