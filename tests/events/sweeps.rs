//! Calls that are dropped after each of their polls, while somebody listens: each is reported once.

use std::sync::atomic::{AtomicU32, Ordering};

use resilient::{Error, bulkhead, circuit_breaker, fallback, hedge, retry, timeout};
use resilient_tests::{polled, some_turns};

use crate::calls::Finished;

#[fallback(answer)]
#[timeout(1h)]
#[retry(max_attempts = 3, base_delay = 1ms, max_delay = 1ms)]
#[circuit_breaker(name = "sweeps", failure_threshold = 1000)]
#[hedge(name = "sweeps", delay = 1min, max_hedges = 1, budget = unlimited)]
#[bulkhead(name = "sweeps", max_concurrent = 2)]
async fn swept(calls: &AtomicU32) -> Result<u32, Error> {
    some_turns(1).await;
    let call = calls.fetch_add(1, Ordering::Relaxed);
    some_turns(1).await;
    Err(Error::NoItems { name: format!("{call}").as_str().into() })
}

async fn answer(_: &AtomicU32) -> Result<u32, Error> {
    some_turns(2).await;
    Ok(7)
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_after_any_poll_is_reported_once_and_gives_everything_back() {
    let (finished, _watching) = Finished::listen(path!("swept"));
    let _all = resilient::subscribe(|event| drop(event.to_string()));
    let mut has_ended = false;
    for most in 0..60 {
        has_ended = polled(swept(&AtomicU32::new(0)), most).await.is_some();
        let expected: &[_] = match (most, has_ended) {
            (0, _) => &[],
            (_, true) => &["success"],
            (_, false) => &["dropped"],
        };
        let outcomes: Vec<_> = finished.take().iter().map(|call| call.outcome.name()).collect();
        assert_eq!(outcomes, *expected, "after {most} polls");
    }
    assert!(has_ended, "at last it is polled to its end");
    let bulkhead = resilient::registry().bulkhead("sweeps").unwrap();
    assert_eq!((bulkhead.available(), bulkhead.waiting()), (2, 0));
}
