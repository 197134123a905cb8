//! Timers that belong to no runtime: a future that sleeps, the queue it waits in, and the thread that wakes it.

pub(crate) mod queue;
mod slab;
pub(crate) mod sleep;
pub(crate) mod thread;
mod wheel;
