//! Each attribute alone, and what all of them have in common.

mod absent_limits;
mod adaptive_throttle;
mod bulkhead;
mod circuit_breaker;
mod errors;
mod fallback;
mod handles;
mod hedge;
mod outages;
mod per_key;
mod probes;
mod rate_limit;
mod retry;
mod retry_budget;
mod sync;
mod threads;
mod timeout;
mod values;
