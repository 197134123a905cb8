//! The policies, shared state and drivers behind `resilient-toolkit`.
//!
//! Depend on `resilient-toolkit`, which re-exports all of this as `resilient`; its documentation shows how the parts
//! are used together.
//!
//! Each policy has a folder: its settings and pure decisions, which take the time and the outcome; the state that calls
//! share; and the guards around a call, which sleep, park and await. Each folder uses only those before it:
//!
//! 1. `core`: errors, names, the clock, random numbers, locks and counters.
//! 2. `event`: what listeners are notified of, and how.
//! 3. `keyed`, `timer`, `thread_pool`: state of which there is one for each key; timers that belong to no runtime;
//!    threads for jobs whose callers wait.
//! 4. `deadline`: the deadlines of code below timeouts, and how a call counts that misses one.
//! 5. `outcomes`: how the outcome of a call counts, and how many of the last calls ended in which way.
//! 6. `retry_budget`: the tokens that retries and hedges take.
//! 7. `retry`, `hedge`, `circuit_breaker`, `adaptive_throttle`, `rate_limit`, `bulkhead`, `thread_bulkhead`, `timeout`:
//!    the policies. None uses another.
//! 8. `registry`: shared state by its name, the annotated functions of the program, and listening by these names.
//! 9. `pipeline`, `config`: a stack of policies as a value; settings from files and variables.
//! 10. `snapshot`: the whole program at one moment.
//! 11. `testing`: scopes for tests, with the feature of that name.
//! 12. `private`: what generated code may name.
//!
//! `inspect`, `events` and `metrics` only re-export.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod adaptive_throttle;
mod bulkhead;
mod circuit_breaker;
#[cfg(feature = "config")]
pub mod config;
mod core;
mod deadline;
mod hedge;
mod keyed;
mod outcomes;
mod rate_limit;
mod registry;
mod retry;
mod retry_budget;
mod thread_bulkhead;
mod thread_pool;
mod timeout;
mod timer;

mod event;
pub mod events;
pub mod inspect;
#[cfg(feature = "readings")]
pub mod metrics;
pub mod pipeline;
#[doc(hidden)]
pub mod private;
pub mod snapshot;
#[cfg(feature = "testing")]
pub mod testing;

pub use adaptive_throttle::for_call::ThrottleCall;
pub use adaptive_throttle::permit::ThrottlePermit;
pub use adaptive_throttle::policy::AdaptiveThrottlePolicy;
pub use adaptive_throttle::throttle::{AdaptiveThrottle, AdaptiveThrottleStats};
pub use bulkhead::adaptive::limit::AdaptiveLimit;
pub use bulkhead::bulkhead::{Bulkhead, BulkheadStats, Slot};
pub use bulkhead::for_call::SlotCall;
pub use bulkhead::owned_slot::OwnedSlot;
pub use bulkhead::per_key::Bulkheads;
pub use bulkhead::policy::BulkheadPolicy;
pub use circuit_breaker::breaker::CircuitBreaker;
pub use circuit_breaker::by_hand::Reversal;
pub use circuit_breaker::for_call::BreakerCall;
pub use circuit_breaker::owned_permit::OwnedPermit;
pub use circuit_breaker::per_key::CircuitBreakers;
pub use circuit_breaker::permit::Permit;
pub use circuit_breaker::policy::BreakerPolicy;
pub use core::attempt::Attempt;
pub use core::check::InvalidSetting;
pub use core::circuit_state::CircuitState;
pub use core::circuit_stats::CircuitStats;
pub use core::drained::Drained;
pub use core::duration::{InvalidDuration, parse_duration};
pub use core::error::{Error, ErrorKind, Failure, Refusal};
pub use core::name::Name;
pub use core::retries_exhausted::{GiveUpReason, RetriesExhausted};
pub use deadline::current::{deadline, remaining};
pub use deadline::given::{WithDeadline, inherit, with_deadline, with_deadline_blocking};
pub use deadline::grpc_timeout::parse_grpc_timeout;
pub use deadline::moment::Deadline;
pub use event::listeners::{Subscription, subscribe};
pub use hedge::event::{HedgeEvent, HedgeReason};
pub use hedge::hedge::{Hedge, HedgeStats};
pub use hedge::policy::HedgePolicy;
pub use keyed::key::Key;
pub use keyed::per_key::PerKey;
pub use keyed::policy::PerKeyPolicy;
pub use outcomes::for_call::JudgedCall;
pub use pipeline::pipeline::Pipeline;
pub use pipeline::thread_pipeline::ThreadPipeline;
pub use rate_limit::for_call::RateLimitCall;
pub use rate_limit::limiter::{RateLimitStats, RateLimiter};
pub use rate_limit::per_key::RateLimiters;
pub use rate_limit::policy::RateLimitPolicy;
pub use registry::events::events;
pub use registry::handle::Handle;
pub use registry::registry::{Registry, registry};
pub use retry::attempts::Attempts;
pub use retry::backoff::{Backoff, Jitter};
pub use retry::delays::Delays;
pub use retry::events::{GiveUpEvent, RetryEvent};
pub use retry::for_call::RetryCall;
pub use retry::http_retry_after::HttpRetryAfter;
pub use retry::policy::RetryPolicy;
pub use retry::retry_after::parse_retry_after;
pub use retry::rules::{AnyError, Covers, Exhausted};
pub use retry_budget::budget::{RetryBudget, RetryBudgetStats};
pub use retry_budget::policy::{EarnedBy, RetryBudgetPolicy};
pub use snapshot::take::snapshot;
pub use thread_bulkhead::policy::ThreadBulkheadPolicy;
pub use thread_bulkhead::thread_bulkhead::{ThreadBulkhead, ThreadStats};
pub use timeout::policy::TimeoutPolicy;
