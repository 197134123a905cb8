//! A static with settings of state per key is declared as such.
//!
//! fix: static HOSTS: CircuitBreakers;

use resilient::{Bulkhead, CircuitBreaker, bulkhead, circuit_breaker};

#[circuit_breaker(max_keys = 500)]
static HOSTS: CircuitBreaker;

#[bulkhead(idle = 1min)]
static TENANTS: Bulkhead;

fn main() {}
