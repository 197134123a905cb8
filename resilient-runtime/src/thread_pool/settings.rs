//! What a pool is made with, and what it does now.

use std::time::Duration;

/// What a pool is made with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PoolSettings {
    /// The name of its threads.
    pub(crate) name: &'static str,
    pub(crate) bounds: PoolBounds,
}

/// How much a pool does, which may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PoolBounds {
    /// So many jobs run at a time, inner jobs not counted.
    pub(crate) threads: usize,
    /// So many jobs wait for a place at most.
    pub(crate) max_queue: usize,
    /// A thread ends after so long without work.
    pub(crate) keep_alive: Duration,
}

/// The jobs of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    /// Places that are taken.
    pub(crate) busy: usize,
    pub(crate) queued: usize,
    /// The jobs that have ended so far.
    pub(crate) ended: u64,
    pub(crate) is_closed: bool,
}
