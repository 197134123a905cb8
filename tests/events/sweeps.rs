//! Calls that are dropped after each of their polls, while somebody listens: each is reported once.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use resilient::events::{Event, Kinds};
use resilient::{Error, bulkhead, circuit_breaker, fallback, hedge, retry, timeout};

/// Is pending so many times.
async fn polls(times: u32) {
    for _ in 0..times {
        let mut is_due = false;
        std::future::poll_fn(|_| {
            if std::mem::replace(&mut is_due, true) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

#[fallback(answer)]
#[timeout(1h)]
#[retry(max_attempts = 3, base_delay = 1ms, max_delay = 1ms)]
#[circuit_breaker(name = "sweeps", failure_threshold = 1000)]
#[hedge(name = "sweeps", delay = 1min, max_hedges = 1, budget = unlimited)]
#[bulkhead(name = "sweeps", max_concurrent = 2)]
async fn swept(calls: &AtomicU32) -> Result<u32, Error> {
    polls(1).await;
    let call = calls.fetch_add(1, Ordering::Relaxed);
    polls(1).await;
    Err(Error::NoItems { name: format!("{call}").as_str().into() })
}

async fn answer(_: &AtomicU32) -> Result<u32, Error> {
    polls(2).await;
    Ok(7)
}

/// Polls a call so often at most, a millisecond apart, and then drops it. Whether it ended before.
async fn poll_and_drop(most: u32) -> bool {
    let calls = AtomicU32::new(0);
    let mut call = pin!(swept(&calls));
    for _ in 0..most {
        if call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return true;
        }
        tokio::time::advance(Duration::from_millis(1)).await;
    }
    false
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_after_any_poll_is_reported_once_and_gives_everything_back() {
    let finished = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&finished);
    let path = concat!(module_path!(), "::swept");
    let _watching = resilient::events().kinds(Kinds::CALLS).function(path).unwrap().subscribe(move |event| {
        if let Event::CallFinished(call) = event {
            seen.lock().unwrap().push(call.outcome.name());
        }
    });
    let _all = resilient::subscribe(|event| drop(event.to_string()));
    let mut has_ended = false;
    for most in 0..60 {
        has_ended = poll_and_drop(most).await;
        let expected: &[_] = match (most, has_ended) {
            (0, _) => &[],
            (_, true) => &["success"],
            (_, false) => &["dropped"],
        };
        assert_eq!(*std::mem::take(&mut *finished.lock().unwrap()), *expected, "after {most} polls");
    }
    assert!(has_ended, "at last it is polled to its end");
    let bulkhead = resilient::registry().bulkhead("sweeps").unwrap();
    assert_eq!((bulkhead.available(), bulkhead.waiting()), (2, 0));
}
