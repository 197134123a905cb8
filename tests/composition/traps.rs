//! Known bugs of similar libraries. Some are tested elsewhere: a window that never slides in
//! `attributes/circuit_breaker/`, a misspelt name in `registry/shared_names/`, imports in `codegen/lints/`, a fallback
//! below a retry in `attributes/fallback/` and `order/`.

mod a_dropped_probe_keeps_its_place;
mod a_limit_of_1_that_ran_8;
mod a_question_mark_leaves_the_whole_function;
mod a_result_from_before_the_trip_changes_the_state_after_it;
mod an_open_breaker_still_runs_the_call;
mod half_open_admits_everyone;
mod jitter_added_after_the_cap_exceeds_it;
mod observers_are_called_under_a_lock;
mod only_the_making_of_the_future_is_guarded;
mod waiting_in_a_body_that_calls_itself;

use std::cell::Cell;
use std::pin::Pin;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use resilient::{
    BreakerPolicy, CircuitState, ErrorKind, bulkhead, circuit_breaker, fallback, registry, retry, timeout,
};
use resilient_tests::{Fault, breaker, secs};
use tokio::sync::oneshot;
use tokio::time::{advance, sleep};

type Outcome = Result<u32, Fault>;

const BAD: Outcome = Err(Fault::Own);
const OPEN: Outcome = Err(Fault::Refused(ErrorKind::CircuitOpen));
const TIMED_OUT: Outcome = Err(Fault::Refused(ErrorKind::TimedOut));

/// Runs `call` in eight threads that start at the same moment.
fn at_once(call: impl Fn() + Sync) {
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                call();
            });
        }
    });
}
