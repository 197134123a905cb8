//! The key belongs to a function's calls.
//!
//! fix: #[circuit_breaker(max_keys = 500)]

use resilient::{CircuitBreakers, circuit_breaker};

#[circuit_breaker(key = host)]
static HOSTS: CircuitBreakers;

fn main() {}
