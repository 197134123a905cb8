//! `#[circuit_breaker]`: what opens it, how long it stays open, and what closes it again.

mod by_hand;
mod failure_rate;
mod filters;
mod half_open;
mod late_results;
mod opening;
mod outcomes_in_ok;
mod panics;
mod recovering;
mod slow_calls;
mod stats;
mod without_an_attribute;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use resilient::{BreakerPolicy, CircuitBreaker, CircuitState, CircuitStats, ErrorKind, Failure, circuit_breaker};
use resilient_tests::{InFlight, breaker, never, secs};
use tokio::sync::oneshot;
use tokio::time::{advance, sleep};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Broken,
    NotFound,
    Status(u64),
    Refused(ErrorKind),
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused(refusal.kind())
    }
}

type Outcome = Result<(), Fault>;

const GOOD: Outcome = Ok(());
const BAD: Outcome = Err(Fault::Broken);
const NOT_FOUND: Outcome = Err(Fault::NotFound);
const REFUSED: Outcome = Err(Fault::Refused(ErrorKind::CircuitOpen));

#[test]
fn a_sync_function_is_guarded_in_the_same_way() {
    #[circuit_breaker(name = "sync", failure_threshold = 2, failure_on(Fault::Broken))]
    fn call(outcome: Outcome, ran: &Cell<u32>) -> Outcome {
        ran.set(ran.get() + 1);
        outcome
    }

    let ran = Cell::new(0);
    for outcome in [GOOD, NOT_FOUND, BAD, BAD] {
        assert_eq!(call(outcome, &ran), outcome);
    }
    assert_eq!(call(GOOD, &ran), REFUSED);
    assert_eq!(ran.get(), 4);
}
