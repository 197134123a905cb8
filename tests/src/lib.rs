//! What several of the tests need.

mod block_on;
mod in_flight;
mod polling;

use std::time::Duration;

use resilient::{Bulkhead, CircuitBreaker, Error, ErrorKind, registry};

pub use block_on::block_on;
pub use in_flight::{InFlight, never};
pub use polling::{polled, some_turns};

/// As long is a pause of zero while tokio's clock is paused.
pub const PAUSE_OF_ZERO: Duration = millis(1);

/// So many seconds.
pub const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// So many milliseconds.
pub const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The breaker of this name.
///
/// # Panics
///
/// If no function that names it has run.
pub fn breaker(name: &str) -> &'static CircuitBreaker {
    registry().circuit_breaker(name).expect("a function that names it has run")
}

/// The bulkhead of this name.
///
/// # Panics
///
/// If no function that names it has run.
pub fn shared_bulkhead(name: &str) -> &'static Bulkhead {
    registry().bulkhead(name).expect("a function that names it has run")
}

/// A function's own error, which tells of a refusal only what kind it is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// The function failed by itself.
    Own,
    /// An attribute refused the call.
    Refused(ErrorKind),
}

impl From<Error> for Fault {
    fn from(refusal: Error) -> Self {
        Self::Refused(refusal.kind())
    }
}
