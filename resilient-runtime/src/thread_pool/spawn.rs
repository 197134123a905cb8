//! How a pool comes by a thread.

use std::io;
use std::sync::Arc;
use std::thread;

use crate::thread_pool::pool::{ProcessId, Shared};

/// Whether the program has one thread, and can have no other.
pub(super) const IS_ALONE: bool = cfg!(all(target_family = "wasm", not(target_feature = "atomics")));

/// A thread with the name of its pool, as far as a thread can have that name. Where there is only one thread, that of the
/// caller does the work: otherwise a caller would wait for ever.
pub(super) fn spawn_thread(pool: Arc<Shared>, process: ProcessId) -> io::Result<()> {
    if IS_ALONE {
        pool.work(process);
        return Ok(());
    }
    let name = pool.name().replace('\0', "");
    thread::Builder::new().name(name).spawn(move || pool.work(process)).map(drop)
}
