//! A handle has a name of its own, and is no function.
//!
//! fix: #[circuit_breaker(failure_threshold = 3, name = "users")]

use resilient::{CircuitBreaker, circuit_breaker};

#[circuit_breaker(failure_threshold = 3, function = "users")]
static USERS: CircuitBreaker;

fn main() {}
