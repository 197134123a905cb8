//! How calls count: errors and values by filters, panics, and calls that are dropped.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};

use resilient::{AdaptiveThrottleStats, timeout};
use resilient_tests::{millis, polled};
use tokio::task::yield_now;
use tokio::time::sleep;

use super::*;

/// Accepted, failed and ignored calls.
fn counts(name: &str) -> (u64, u64, u64) {
    let AdaptiveThrottleStats { accepted_calls, failed_calls, ignored_calls, .. } = throttle(name).stats();
    (accepted_calls, failed_calls, ignored_calls)
}

#[tokio::test(start_paused = true)]
async fn errors_that_are_no_failures_count_neither_way() {
    #[adaptive_throttle(name = "throttle: on", failure_on(Fault::Own))]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    #[adaptive_throttle(name = "throttle: on", failure_if = |fault| *fault == Fault::Own)]
    fn call_blocking(outcome: Outcome) -> Outcome {
        outcome
    }

    let other = Err(Fault::Refused(ErrorKind::TimedOut));
    for outcome in [Ok(1), Err(Fault::Own), other, other] {
        assert_eq!((call(outcome).await, call_blocking(outcome)), (outcome, outcome));
    }
    assert_eq!(counts("throttle: on"), (2, 2, 4));
}

#[tokio::test(start_paused = true)]
async fn values_and_results_can_be_failures() {
    #[adaptive_throttle(name = "throttle: ok", failure_if_ok = |status| *status == 503)]
    async fn by_value(outcome: Outcome) -> Outcome {
        outcome
    }

    #[adaptive_throttle(name = "throttle: result", failure_if_result = |result| *result == Ok(503))]
    fn by_result(outcome: Outcome) -> Outcome {
        outcome
    }

    for outcome in [Ok(200), Ok(503), Err(Fault::Own)] {
        assert_eq!((by_value(outcome).await, by_result(outcome)), (outcome, outcome));
    }
    assert_eq!((counts("throttle: ok"), counts("throttle: result")), ((1, 2, 0), (1, 1, 1)));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_and_goes_on() {
    #[adaptive_throttle(name = "throttle: panic")]
    fn call() -> Outcome {
        panic!("as planned")
    }

    #[adaptive_throttle(name = "throttle: panic")]
    async fn call_async() -> Outcome {
        panic!("as planned")
    }

    assert!(catch_unwind(call).is_err());
    let future = tokio::spawn(call_async());
    assert!(future.await.is_err());
    assert!(
        catch_unwind(AssertUnwindSafe(|| throttle("throttle: panic").call(|| -> Outcome { panic!("by hand") })))
            .is_err()
    );
    assert_eq!(counts("throttle: panic"), (0, 3, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_counts_neither_way() {
    #[adaptive_throttle(name = "throttle: dropped")]
    async fn call() -> Outcome {
        loop {
            yield_now().await;
        }
    }

    assert_eq!(polled(call(), 3).await, None);
    drop(call());
    assert_eq!(counts("throttle: dropped"), (0, 0, 1), "one had begun");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_until_a_timeout_above_is_a_failure() {
    #[timeout(100ms)]
    #[adaptive_throttle(name = "throttle: hangs")]
    async fn call(hangs_after: u64) -> Outcome {
        sleep(millis(hangs_after)).await;
        pending().await
    }

    let timed_out = Err(Fault::Refused(ErrorKind::TimedOut));
    assert_eq!(call(10).await, timed_out);
    assert_eq!(counts("throttle: hangs"), (0, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_below_is_a_failure() {
    #[adaptive_throttle(name = "throttle: above a timeout")]
    #[timeout(100ms)]
    async fn call() -> Outcome {
        pending().await
    }

    assert_eq!(call().await, Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(counts("throttle: above a timeout"), (0, 1, 0));
}

#[test]
fn a_sync_call_that_hangs_is_a_failure_at_the_deadline() {
    use std::sync::mpsc::{Receiver, channel};

    #[timeout(50ms)]
    #[adaptive_throttle(name = "throttle: hangs in a thread")]
    fn call(end: Receiver<()>) -> Outcome {
        end.recv().expect("the test ends it");
        Ok(1)
    }

    let (end, ends) = channel();
    assert_eq!(call(ends), Err(Fault::Refused(ErrorKind::TimedOut)));
    assert_eq!(counts("throttle: hangs in a thread"), (0, 1, 0));
    end.send(()).expect("the body waits");
    while counts("throttle: hangs in a thread") != (1, 1, 0) {
        std::thread::yield_now();
    }
    assert!(throttle("throttle: hangs in a thread").share() < 1e-9, "a late result is no call of the window");
}
