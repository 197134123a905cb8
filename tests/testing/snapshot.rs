//! A snapshot in a scope has the state of that scope.

use std::io;

use resilient::testing::scope;
use resilient::{Bulkhead, CircuitState, bulkhead, circuit_breaker, registry, snapshot};

#[circuit_breaker(name = "testing: seen", failure_threshold = 1)]
fn seen() -> io::Result<()> {
    Err(io::ErrorKind::TimedOut.into())
}

#[bulkhead(max_concurrent = 1)]
static SEEN: Bulkhead;

/// The state of the breaker and its calls, and the calls that have a slot.
fn now() -> (CircuitState, u64, usize) {
    let now = snapshot();
    let breakers: Vec<_> = now.circuit_breakers.iter().filter(|it| it.name == "testing: seen").collect();
    let bulkheads: Vec<_> = now.bulkheads.iter().filter(|it| it.name == "seen").collect();
    assert_eq!((breakers.len(), bulkheads.len()), (1, 1));
    (breakers[0].state, breakers[0].failed_calls, bulkheads[0].in_flight)
}

#[test]
fn a_snapshot_in_a_scope_has_its_state_and_one_outside_has_not() {
    let outside = now();
    let scope = scope();
    assert_eq!(now(), (CircuitState::Closed, 0, 0));
    seen().unwrap_err();
    let slot = SEEN.try_acquire().unwrap();
    assert_eq!(now(), (CircuitState::Open, 1, 1));
    drop(slot);
    drop(scope);
    assert_eq!(now(), outside);
    assert_eq!(registry().circuit_breaker("testing: seen").unwrap().stats().total_calls, 0);
}
