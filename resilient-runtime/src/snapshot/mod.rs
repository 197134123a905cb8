//! The whole program at one moment: every annotated function, and all state that is shared or that a function has.
//!
//! [`snapshot()`] takes it. What was never called is there too, with zeros. Feature `serde` makes all types `Serialize`:
//! fields that are durations then are numbers of milliseconds, with `_ms` at the end of their names.

mod breakers;
mod counts;
mod effective;
mod functions;
mod keyed;
mod limits;
mod retries;
mod seen;
#[cfg(feature = "serde")]
mod serial;
pub(crate) mod take;

pub use crate::registry::listed::Owner;
pub use breakers::{BreakerSnapshot, WindowSnapshot};
pub use functions::{
    CauseCount, FallbackTotals, FunctionSnapshot, LayerSnapshot, RetryTotals, SettingSnapshot, TimeoutTotals,
};
pub use keyed::{KeyedBreakersSnapshot, KeyedBulkheadsSnapshot, KeyedRateLimitersSnapshot};
pub use limits::{
    BulkheadSnapshot, HelperThreadsSnapshot, RateLimiterSnapshot, ThreadBulkheadSnapshot, ThrottleSnapshot,
};
pub use retries::{HedgeSnapshot, RetryBudgetSnapshot};
pub use take::{Snapshot, snapshot};
