//! Atomics, locks and thread locals: those of the standard library, or in models those of loom, which tries the orders
//! in which threads can interleave. No other file knows which.

#[cfg(not(resilient_loom))]
mod real {
    pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
    pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError};
    pub(crate) use std::thread_local;

    /// A thread local that needs no drop: it is accessed without a check whether it was initialised or dropped.
    macro_rules! plain_thread_local {
        ($(#[$meta:meta])* static $name:ident: $type:ty = $init:expr;) => {
            thread_local! { $(#[$meta])* static $name: $type = const { $init }; }
        };
    }
    pub(crate) use plain_thread_local;

    use crate::core::thread_number::{FreeNumbers, Numbers};

    static NUMBERS: Numbers = Numbers(Mutex::new(FreeNumbers::all()));

    pub(crate) fn claim_number() -> usize {
        NUMBERS.claim()
    }

    pub(crate) fn release_number(number: usize) {
        NUMBERS.release(number);
    }

    /// See [`Shards`](crate::core::sharded::Shards).
    pub(crate) const OWNED_SHARDS: usize = 15;
}

#[cfg(resilient_loom)]
mod model {
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
    pub(crate) use loom::sync::{Mutex, MutexGuard};
    pub(crate) use loom::thread_local;
    pub(crate) use loom::thread_local as plain_thread_local;
    pub(crate) use std::sync::PoisonError;

    /// Few, to keep the model small, and one less than its threads, so that one thread uses the shared shard.
    pub(crate) const OWNED_SHARDS: usize = 2;

    loom::lazy_static! {
        static ref NEXT: AtomicU64 = AtomicU64::new(0);
    }

    /// The number of the thread in the model. None is released, because a model ends with its threads. Relaxed, because
    /// only the number matters.
    pub(crate) fn claim_number() -> usize {
        usize::try_from(NEXT.fetch_add(1, Ordering::Relaxed)).unwrap_or(usize::MAX)
    }

    pub(crate) fn release_number(_: usize) {}
}

#[cfg(resilient_loom)]
pub(crate) use model::*;
#[cfg(not(resilient_loom))]
pub(crate) use real::*;
