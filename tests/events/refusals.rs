//! Calls that were refused or timed out.

use std::time::Duration;

use resilient::events::Kinds;
use resilient::{BulkheadPolicy, Error, RateLimitPolicy, registry, timeout};

use crate::{Heard, until_the_deadline};

#[timeout(1s)]
async fn hangs() -> Result<(), Error> {
    std::future::pending().await
}

#[timeout(5ms, cooperative)]
fn comes_late() -> Result<(), Error> {
    until_the_deadline();
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_call_that_times_out_is_reported_once() {
    let heard = Heard::default();
    let path = concat!(module_path!(), "::hangs");
    let _watching = heard.listen(resilient::events().kinds(Kinds::REFUSALS).function(path).unwrap());
    assert!(hangs().await.unwrap_err().is_timed_out());
    assert_eq!(heard.take(), [format!("{path}: timed out after 1s")]);
}

#[test]
fn a_sync_call_that_comes_late_is_reported_once() {
    let heard = Heard::default();
    let path = concat!(module_path!(), "::comes_late");
    let _watching = heard.listen(resilient::events().kinds(Kinds::REFUSALS).function(path).unwrap());
    assert!(comes_late().unwrap_err().is_timed_out());
    assert_eq!(heard.take(), [format!("{path}: timed out after 5ms")]);
}

#[tokio::test(start_paused = true)]
async fn a_full_bulkhead_says_why() {
    let policy = BulkheadPolicy::new(1).max_wait(Duration::from_millis(3)).max_queue(1);
    let bulkhead = registry().bulkhead_or_insert("full events", policy);
    let heard = Heard::default();
    let _watching = heard.listen(resilient::events().name("full events").unwrap());
    let _slot = bulkhead.try_acquire().unwrap();
    assert!(bulkhead.try_acquire().is_err());
    let (first, second) = tokio::join!(bulkhead.acquire(), bulkhead.acquire());
    assert!(first.is_err() && second.is_err());
    assert_eq!(
        heard.take(),
        [
            "bulkhead `full events` refused a call: no slot of 1 is free",
            "bulkhead `full events` refused a call: no slot of 1 is free, and the queue is full",
            "bulkhead `full events` refused a call: no slot of 1 became free within `max_wait`",
        ]
    );
}

#[test]
fn a_reached_rate_limit_says_when_a_call_could_begin() {
    let policy = RateLimitPolicy::new(1, Duration::from_secs(3_600));
    let limiter = registry().rate_limiter_or_insert("limited events", policy);
    let heard = Heard::default();
    let _watching = heard.listen(resilient::events().name("limited events").unwrap());
    limiter.try_acquire().unwrap();
    assert!(limiter.try_acquire().is_err());
    let [text] = &heard.take()[..] else { panic!("one event") };
    assert!(text.starts_with("rate limit `limited events` refused a call: one could begin in 3"), "{text}");
}
