//! `#[adaptive_throttle]`: which calls count, which throttle it is, and what becomes of those that are shed.

mod what_counts;
mod which_throttle;

use resilient::{AdaptiveThrottle, AdaptiveThrottlePolicy, ErrorKind, adaptive_throttle, registry};
use resilient_tests::{Fault, secs};

type Outcome = Result<u32, Fault>;

const SHED: Outcome = Err(Fault::Refused(ErrorKind::Shed));

fn throttle(name: &str) -> &'static AdaptiveThrottle {
    registry().adaptive_throttle(name).expect("a function that names it is in the program")
}

/// Lets so many calls fail that of the next ones nearly all are shed.
fn overload(throttle: &AdaptiveThrottle) {
    (0..10_000).for_each(|_| throttle.record_failure());
}
