//! Permits and slots that own what they come from.

use std::sync::Arc;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_permit_goes_into_a_task() {
    let breaker = Arc::new(CircuitBreaker::new("by hand: owned", BreakerPolicy::new().failure_threshold(1)));
    let permits = [(); 4].map(|()| breaker.try_acquire_owned().expect("it is closed"));
    let [succeeds, is_ignored, is_dropped, fails] = permits;
    for report in [
        tokio::spawn(async move { succeeds.success() }),
        tokio::spawn(async move { is_ignored.ignore() }),
        tokio::spawn(async move { drop(is_dropped) }),
        tokio::spawn(async move { fails.failure() }),
    ] {
        report.await.expect("it does not panic");
    }
    let stats = breaker.stats();
    assert_eq!((stats.successful_calls, stats.ignored_calls, stats.failed_calls), (1, 2, 1));
    assert!(breaker.try_acquire_owned().expect_err("it is open").is_circuit_open());
}

#[tokio::test(start_paused = true)]
async fn a_permit_of_a_probe_gives_its_place_back_when_it_is_dropped() {
    let policy = BreakerPolicy::new().failure_threshold(1).half_open_max_calls(1).recovery_timeout(secs(1));
    let breaker = Arc::new(CircuitBreaker::new("by hand: owned", policy));
    breaker.record_failure();
    tokio::time::advance(secs(2)).await;
    let probe = breaker.try_acquire_owned().expect("it admits a probe");
    assert!(breaker.try_acquire_owned().is_err());
    drop(probe);
    breaker.try_acquire_owned().expect("the place is free").success();
    breaker.try_acquire_owned().expect("the place is free").success();
    assert_eq!(breaker.state(), CircuitState::Closed);
}

#[test]
fn a_permit_keeps_its_breaker() {
    let permit = Arc::new(CircuitBreaker::new("by hand: owned", BreakerPolicy::new())).try_acquire_owned();
    permit.expect("it is closed").success();
}

#[tokio::test(start_paused = true)]
async fn a_slot_goes_into_a_task_and_is_freed_there() {
    let bulkhead = Arc::new(Bulkhead::new("by hand: owned", BulkheadPolicy::new(1).max_wait(secs(5))));
    let slot = bulkhead.try_acquire_owned().expect("it is free");
    assert!(bulkhead.try_acquire_owned().expect_err("it is full").is_bulkhead_full());
    let start = Instant::now();
    let sends = tokio::spawn(async move {
        sleep(secs(3)).await;
        drop(slot);
    });
    // A future that owns its bulkhead can be spawned, too.
    let waits = tokio::spawn(bulkhead.acquire_owned());
    let second = waits.await.expect("it does not panic").expect("it is freed in time");
    assert_eq!((start.elapsed(), bulkhead.in_flight()), (secs(3), 1));
    sends.await.expect("it does not panic");
    assert!(bulkhead.acquire_owned().await.expect_err("nobody frees it").is_bulkhead_full());
    drop(second);
    assert_eq!((bulkhead.in_flight(), bulkhead.stats().accepted_calls), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_slot_that_is_dropped_leaves_the_queue() {
    let bulkhead = Arc::new(Bulkhead::new("by hand: owned", BulkheadPolicy::new(1).max_wait(secs(5))));
    let slot = bulkhead.try_acquire_owned().expect("it is free");
    assert!(tokio::time::timeout(secs(1), bulkhead.acquire_owned()).await.is_err());
    assert_eq!(bulkhead.waiting(), 0);
    drop(slot);
    assert_eq!(bulkhead.available(), 1);
}

#[test]
fn a_slot_keeps_its_bulkhead() {
    let slot = Arc::new(Bulkhead::new("by hand: owned", BulkheadPolicy::new(1))).try_acquire_owned();
    drop(slot.expect("it is free"));
}
