//! The policies, shared state and drivers behind `resilient-toolkit`.
//!
//! Depend on `resilient-toolkit`, which re-exports all of this as `resilient`; its documentation shows how the parts
//! are used together.
//!
//! There are four layers, and each uses only those named before it: [`Error`], [`Failure`], [`Name`] and [`CircuitState`];
//! the policies, plain values and pure decisions that read no clock and hold no lock; the state that calls share
//! ([`CircuitBreaker`], [`Bulkhead`], [`Registry`]); and the drivers, which sleep, park and await. The last two also use the
//! clock; random numbers and the process belong to the drivers. `private` is what generated code may name; of it, the
//! drivers use only the conversion of results, which uses the first layer.

mod circuit_state;
mod clock;
mod drive;
mod error;
mod http;
mod name;
mod policy;
mod process;
mod random;
mod shared;
mod sync;

#[doc(hidden)]
pub mod private;

pub use circuit_state::CircuitState;
pub use drive::attempts::{Attempts, RetryEvent};
pub use drive::deadline::{Deadline, deadline, remaining};
pub use error::{Error, ErrorKind, Failure, GiveUpReason, Refusal, RetriesExhausted};
pub use http::parse_retry_after;
pub use name::Name;
pub use policy::backoff::{Backoff, Jitter};
pub use policy::breaker::BreakerPolicy;
pub use policy::bulkhead::BulkheadPolicy;
pub use policy::retry::{Attempt, RetryPolicy};
pub use policy::timeout::TimeoutPolicy;
pub use shared::bulkhead::{Bulkhead, BulkheadStats, Slot};
pub use shared::circuit_breaker::{CircuitBreaker, CircuitStats, Permit};
pub use shared::functions::{Function, Layer, LayerKind, WorstCase, functions};
pub use shared::registry::{Place, Registry, registry};
pub use shared::verify::{Difference, Problem, Verified, VerifyError};
