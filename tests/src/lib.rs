//! Helpers that several tests use.

mod block_on;
mod in_flight;
mod polling;

use std::time::Duration;

use resilient::{Bulkhead, CircuitBreaker, Error, ErrorKind, registry};

pub use block_on::block_on;
pub use in_flight::{InFlight, never};
pub use polling::{polled, some_turns};

/// The length of a delay of zero while tokio's clock is paused.
pub const PAUSE_OF_ZERO: Duration = millis(1);

/// A duration of `secs` seconds.
pub const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// A duration of `millis` milliseconds.
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

/// The error of a function, which keeps only the kind of a refusal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// The function itself failed.
    Own,
    /// An attribute refused the call.
    Refused(ErrorKind),
}

impl From<Error> for Fault {
    fn from(refusal: Error) -> Self {
        Self::Refused(refusal.kind())
    }
}
