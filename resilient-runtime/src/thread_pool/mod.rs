//! Pools of threads for jobs whose callers wait: threads that block, or futures. They are bounded and reused; a call
//! allocates nothing once a task is kept.
//!
//! A [`Task`] holds a job and then its result. Tasks are kept by the type of their job, so that the next call of a
//! function reuses one.

mod linked_queue;
#[cfg(all(test, resilient_loom))]
mod loom_tests;
mod places;
mod pool;
mod pool_id;
#[cfg(feature = "testing")]
mod scoped;
#[cfg(not(feature = "testing"))]
#[path = "unscoped.rs"]
mod scoped;
mod settings;
mod spare;
mod spawn;
mod submitted;
mod task;
mod within;

use std::sync::LazyLock;
use std::time::Duration;

pub(crate) use pool::Pool;
pub(crate) use settings::{Load, PoolBounds, PoolSettings};
pub(crate) use submitted::{Submitted, Waited};
pub(crate) use task::RETRY_START;
pub(crate) use within::has_waited;

/// The pool of all sync calls with a time limit, and of the attempts of hedged ones. Its queue has no bound, because their
/// limits end the waits, and what others start beside an attempt is withdrawn when that answers.
pub(crate) static HELPERS: LazyLock<Pool> = LazyLock::new(|| {
    Pool::new(PoolSettings {
        name: "resilient-helper",
        bounds: PoolBounds { threads: 256, max_queue: usize::MAX, keep_alive: Duration::from_secs(10) },
    })
});

#[cfg(all(test, not(resilient_loom)))]
mod tests;
