//! The number of a pool.

use std::sync::atomic::Ordering;

use crate::core::sync::word::AtomicU64;

/// Distinguishes pools, also those of which the first is dropped before the second is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PoolId(u64);

impl PoolId {
    /// Of a new pool.
    pub(super) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // Relaxed, because only the number matters.
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}
