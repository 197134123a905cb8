//! How many threads can run at the same time.

use std::sync::OnceLock;
use std::thread;

/// The cores that this process may use, read once; 1 if the system does not tell.
pub(crate) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}
