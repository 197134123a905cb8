//! The benchmarks: one file per topic.

mod adaptive_throttle;
mod breaker_closed;
mod breaker_half_open;
mod breaker_open;
mod breaker_per_key;
mod bulkhead;
mod events;
mod hedge;
mod peers;
mod pipeline;
mod rate_limit;
mod registry;
mod retry;
mod retry_budget;
mod stack;
mod sync_stack;
mod threads;
mod timeout;

use std::fmt;
use std::hint::black_box;

use crate::report::Make;

/// All benchmarks, in the order of the tables.
pub const ALL: &[Make] = &[
    stack::ready,
    stack::yielding,
    pipeline::ready,
    pipeline::yielding,
    sync_stack::question,
    breaker_closed::consecutive,
    breaker_closed::count_window,
    breaker_closed::time_window,
    breaker_closed::slow_call,
    breaker_open::question,
    breaker_half_open::question,
    breaker_per_key::numbers,
    breaker_per_key::text,
    adaptive_throttle::admitting,
    retry::first,
    retry::second,
    retry_budget::first,
    retry_budget::refused,
    hedge::yielding,
    timeout::ready,
    timeout::yielding,
    timeout::pending_calls,
    timeout::expiring_10_000,
    timeout::expiring_100_000,
    bulkhead::free,
    bulkhead::adaptive,
    bulkhead::full,
    bulkhead::giving_up_first,
    bulkhead::giving_up_last,
    bulkhead::giving_up_at_random,
    threads::round_trip,
    rate_limit::free,
    rate_limit::refused,
    registry::question,
    events::delivered,
];

/// The error of the bodies: small and `Copy`, so that no contender pays for cloning it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiError {
    Failed,
    Refused,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "failed",
            Self::Refused => "refused",
        })
    }
}

impl std::error::Error for ApiError {}

impl From<resilient::Error> for ApiError {
    fn from(_: resilient::Error) -> Self {
        Self::Refused
    }
}

pub type Answer = Result<u64, ApiError>;

/// A request with this number fails.
pub const BAD: u64 = u64::MAX;

/// The least a call can do.
pub async fn body(id: u64) -> Answer {
    Ok(black_box(id))
}

/// The same, but it has to wait once.
async fn yielding_body(id: u64) -> Answer {
    tokio::task::yield_now().await;
    Ok(black_box(id))
}

/// Fails for one request, to open breakers.
pub async fn picky_body(id: u64) -> Answer {
    if black_box(id) == BAD { Err(ApiError::Failed) } else { Ok(id) }
}
