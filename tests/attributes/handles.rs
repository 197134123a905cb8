//! Shared state by a handle, which is a static, and by a value: what an expression gives when a call reaches the layer.

mod a_static;
mod a_value;
mod an_option;
mod at_a_deadline;
mod what_a_future_holds;
mod where_it_is_used;

use std::cell::Cell;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitState, ErrorKind, bulkhead, circuit_breaker,
    registry, retry, timeout,
};
use resilient_tests::Fault;

type Outcome = Result<u32, Fault>;

const BAD: Outcome = Err(Fault::Own);
const OPEN: Outcome = Err(Fault::Refused(ErrorKind::CircuitOpen));
const FULL: Outcome = Err(Fault::Refused(ErrorKind::BulkheadFull));

/// A breaker that opens at the first failure.
fn fragile() -> CircuitBreaker {
    CircuitBreaker::new("value", BreakerPolicy::new().failure_threshold(1))
}

fn slots(limit: u32) -> Bulkhead {
    Bulkhead::new("value", BulkheadPolicy::new(limit))
}
