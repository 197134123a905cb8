//! Timers that belong to no runtime: a future that sleeps, the queue it waits in, and the thread that wakes it.

#[cfg(all(test, resilient_loom))]
mod loom_tests;
mod queue;
#[cfg(feature = "testing")]
mod scoped;
#[cfg(not(feature = "testing"))]
#[path = "unscoped.rs"]
mod scoped;
mod slab;
pub(crate) mod sleep;
mod thread;
mod wheel;
