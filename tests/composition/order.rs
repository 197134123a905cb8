//! Several attributes on one function: the top one is outermost, and each knows which refusals concern it.

mod retry_refused;
mod several_of_one_kind;
mod the_recommended_order;
mod top_is_outermost;
mod who_treats_what_how;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use resilient::{
    BulkheadStats, CircuitState, CircuitStats, ErrorKind, bulkhead, circuit_breaker, fallback, retry, timeout,
};
use resilient_tests::{PAUSE_OF_ZERO, breaker, secs, shared_bulkhead};
use tokio::time::{Instant, advance, sleep};

use crate::fault::Fault;

type Outcome = Result<u32, Fault>;

const BAD: Outcome = Err(Fault::Own);
const OPEN: Outcome = Err(Fault::Refused(ErrorKind::CircuitOpen, None));
const FULL: Outcome = Err(Fault::Refused(ErrorKind::BulkheadFull, None));

const fn timed_out(after: u64) -> Outcome {
    Err(Fault::Refused(ErrorKind::TimedOut, Some(secs(after))))
}

/// How often a body ran.
type Ran = Cell<u32>;

fn count(ran: &Ran) -> u32 {
    ran.set(ran.get() + 1);
    ran.get()
}
