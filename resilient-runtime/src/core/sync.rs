//! Atomics, locks, counted references and thread locals: those of the standard library, or in models those of loom, which tries the orders
//! in which threads can interleave. No other file knows which.

#[cfg(not(resilient_loom))]
mod real {
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
    pub(crate) use std::sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
    };
    pub(crate) use std::thread_local;

    pub(crate) use super::word::AtomicU64;

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
    pub(crate) const SHARDS_IN_A_CHUNK: usize = 16;
    pub(crate) const NEXT_CHUNKS: usize = 3;

    /// How many shards have one writer each on so many cores: enough that threads which came first and are idle leave
    /// some to those that run.
    pub(crate) fn owned_shards(cores: usize) -> usize {
        (4 * cores).next_multiple_of(SHARDS_IN_A_CHUNK).clamp(64, 512)
    }

    /// How many shards the further threads share on so many cores: more than can run at a time.
    pub(crate) fn shared_shards(cores: usize) -> usize {
        (2 * cores).next_power_of_two().clamp(SHARDS_IN_A_CHUNK, 256)
    }

    /// So many unused tasks of a thread pool are kept of each type; more calls rarely run at a time.
    pub(crate) const KEPT_TASKS: usize = 256;

    /// A semaphore with a smaller limit has no lines: a few slots are not worth their memory.
    pub(crate) const MIN_LIMIT_WITH_LINES: u32 = 32;
    /// So many slots free in the pool are worth one more open line.
    pub(crate) const FREE_PER_LINE: u32 = 4;
    /// For one in so many slots free in the pool there is room on a line.
    pub(crate) const FREE_PER_ROOM: u32 = 2;
}

/// Atomics and locks that can be in a static, which those of loom cannot: for what no model has a part in.
pub(crate) mod word {
    #[cfg(target_has_atomic = "64")]
    pub(crate) use std::sync::atomic::AtomicU64;
    #[cfg(feature = "config")]
    pub(crate) use std::sync::atomic::{AtomicBool, Ordering};
    #[cfg(feature = "config")]
    pub(crate) use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

    /// Behind locks of its own.
    #[cfg(not(target_has_atomic = "64"))]
    pub(crate) use portable_atomic::AtomicU64;
}

/// One that has a model, and can be in a constant all the same.
#[cfg(feature = "config")]
pub(crate) mod in_constant {
    #[cfg(not(resilient_loom))]
    pub(crate) use std::sync::atomic::{AtomicU32, Ordering};

    #[cfg(resilient_loom)]
    pub(crate) use super::made_late::AtomicU32;
    #[cfg(resilient_loom)]
    pub(crate) use super::model::Ordering;
}

#[cfg(all(resilient_loom, feature = "config"))]
mod made_late;

#[cfg(resilient_loom)]
mod model {
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
    pub(crate) use loom::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
    pub(crate) use loom::thread_local;
    pub(crate) use loom::thread_local as plain_thread_local;
    pub(crate) use std::sync::PoisonError;

    /// One, to keep models small: the first thread of a model has a shard of the first chunk, the second one of the next,
    /// which is allocated on demand, the third one of a further chunk, and all others share one more.
    pub(crate) const SHARDS_IN_A_CHUNK: usize = 1;
    pub(crate) const NEXT_CHUNKS: usize = 1;

    pub(crate) fn owned_shards(_: usize) -> usize {
        3
    }

    pub(crate) fn shared_shards(_: usize) -> usize {
        1
    }

    /// None: what one model has made, the next one cannot use.
    pub(crate) const KEPT_TASKS: usize = 0;

    /// Small limits have lines, and every free slot finds room on one, so that few slots suffice for a model.
    pub(crate) const MIN_LIMIT_WITH_LINES: u32 = 2;
    pub(crate) const FREE_PER_LINE: u32 = 1;
    pub(crate) const FREE_PER_ROOM: u32 = 1;

    loom::lazy_static! {
        static ref NEXT: AtomicU64 = AtomicU64::new(0);
    }

    /// The number of the thread in the model. None is released, because a model ends with its threads. Relaxed, because
    /// only the number matters.
    pub(crate) fn claim_number() -> usize {
        usize::try_from(NEXT.fetch_add(1, Ordering::Relaxed)).unwrap_or(usize::MAX)
    }

    pub(crate) fn release_number(_: usize) {}

    /// As the standard library's: who gets the value (Acquire) sees all that its maker did (Release). Loom has none.
    #[derive(Debug)]
    pub(crate) struct OnceLock<T> {
        value: std::sync::OnceLock<T>,
        is_set: AtomicBool,
        making: Mutex<()>,
    }

    impl<T> OnceLock<T> {
        pub(crate) fn new() -> Self {
            Self { value: std::sync::OnceLock::new(), is_set: AtomicBool::new(false), making: Mutex::new(()) }
        }

        pub(crate) fn get(&self) -> Option<&T> {
            if self.is_set.load(Ordering::Acquire) { self.value.get() } else { None }
        }

        pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
            if let Some(value) = self.get() {
                return value;
            }
            let making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
            let value = self.value.get_or_init(make);
            self.is_set.store(true, Ordering::Release);
            drop(making);
            value
        }
    }
}

#[cfg(resilient_loom)]
pub(crate) use model::*;
#[cfg(not(resilient_loom))]
pub(crate) use real::*;
