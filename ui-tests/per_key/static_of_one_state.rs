//! A static with settings of state per key is declared as such.
//!
//! fix:
//!     #[circuit_breaker(max_keys = 500)]
//!     static HOSTS: resilient::CircuitBreakers;

use resilient::{CircuitBreaker, circuit_breaker};

#[circuit_breaker(max_keys = 500)]
static HOSTS: CircuitBreaker;

#[circuit_breaker(idle = 1min)]
static TENANTS: CircuitBreaker;

fn main() {}
