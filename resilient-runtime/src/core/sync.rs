//! The only file that knows whether atomics, locks and thread locals are the standard ones or loom's, which tries out
//! the orders in which threads can meet.

#[cfg(not(resilient_loom))]
mod real {
    pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
    pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError};
    pub(crate) use std::thread_local;

    /// A thread local of plain data, which is read without asking whether it is there.
    macro_rules! plain_thread_local {
        ($(#[$meta:meta])* static $name:ident: $type:ty = $init:expr;) => {
            thread_local! { $(#[$meta])* static $name: $type = const { $init }; }
        };
    }
    pub(crate) use plain_thread_local;

    /// See [`Shards`](crate::core::sharded::Shards).
    pub(crate) const OWNED_SHARDS: usize = 15;

    /// Which shards have a writer. The lock also hands over what the last owner of a shard wrote.
    static CLAIMED: Mutex<[bool; OWNED_SHARDS]> = Mutex::new([false; OWNED_SHARDS]);

    /// A shard of the thread's own, or else the shared one.
    pub(crate) fn claim_shard() -> usize {
        let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
        let free = claimed.iter().position(|claimed| !claimed);
        if let Some(index) = free {
            claimed[index] = true;
        }
        free.unwrap_or(OWNED_SHARDS)
    }

    pub(crate) fn release_shard(index: usize) {
        if let Some(claimed) = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner).get_mut(index) {
            *claimed = false;
        }
    }
}

#[cfg(resilient_loom)]
mod model {
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
    pub(crate) use loom::sync::{Mutex, MutexGuard};
    pub(crate) use loom::thread_local;
    pub(crate) use loom::thread_local as plain_thread_local;
    pub(crate) use std::sync::PoisonError;

    /// Few, so that the model stays small; and one less than its threads, so that one of them has to share.
    pub(crate) const OWNED_SHARDS: usize = 2;

    loom::lazy_static! {
        static ref NEXT: AtomicU64 = AtomicU64::new(0);
    }

    /// Each thread of a model has its number; none lives long enough to take over another's.
    pub(crate) fn claim_shard() -> usize {
        usize::try_from(NEXT.fetch_add(1, Ordering::Relaxed)).unwrap_or(OWNED_SHARDS).min(OWNED_SHARDS)
    }

    pub(crate) fn release_shard(_: usize) {}
}

#[cfg(resilient_loom)]
pub(crate) use model::*;
#[cfg(not(resilient_loom))]
pub(crate) use real::*;
