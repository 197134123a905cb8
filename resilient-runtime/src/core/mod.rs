//! What every other folder uses: errors, names, the clock, random numbers, locks and counters. It uses none of them.

pub(crate) mod attempt;
pub(crate) mod block_on;
pub(crate) mod check;
pub(crate) mod circuit_state;
pub(crate) mod circuit_stats;
pub(crate) mod clock;
pub(crate) mod cores;
pub(crate) mod drained;
pub(crate) mod error;
pub(crate) mod error_filter;
pub(crate) mod function_counts;
pub(crate) mod isolated;
pub(crate) mod lift;
#[cfg(all(test, resilient_loom))]
pub(crate) mod loom_model;
pub(crate) mod max_wait;
pub(crate) mod name;
pub(crate) mod perhaps;
pub(crate) mod plain_error;
pub(crate) mod process;
pub(crate) mod random;
pub(crate) mod retries_exhausted;
#[cfg(feature = "testing")]
pub(crate) mod scope;
pub(crate) mod sharded;
pub(crate) mod shared_state;
pub(crate) mod span;
pub(crate) mod sync;
pub(crate) mod thread_number;
pub(crate) mod totals;
pub(crate) mod wait_queue;
pub(crate) mod waiting;
pub(crate) mod whole;
