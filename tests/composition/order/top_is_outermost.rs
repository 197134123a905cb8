//! The upper of two attributes is the outer one.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_timeout_below_a_retry_limits_each_attempt() {
    #[retry(jitter = none)]
    #[timeout(2s)]
    async fn call(ran: &Ran) -> Outcome {
        count(ran);
        std::future::pending().await
    }

    let (ran, start) = (Ran::default(), Instant::now());
    assert_eq!(call(&ran).await, timed_out(2));
    assert_eq!(ran.get(), 3);
    assert_eq!(start.elapsed(), secs(3 * 2) + Duration::from_millis(100 + 200));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_above_a_retry_limits_all_attempts_and_the_pauses_between_them() {
    #[timeout(5s)]
    #[retry(max_attempts = unlimited, max_elapsed = 1h, backoff = constant, base_delay = 1s, jitter = none)]
    async fn call(ran: &Ran) -> Outcome {
        count(ran);
        sleep(secs(1)).await;
        BAD
    }

    let (ran, start) = (Ran::default(), Instant::now());
    assert_eq!(call(&ran).await, timed_out(5));
    assert_eq!(ran.get(), 3, "they began at 0 s, 2 s and 4 s");
    assert_eq!(start.elapsed(), secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_breaker_below_a_retry_counts_each_attempt() {
    #[retry(max_attempts = 4)]
    #[circuit_breaker(name = "order: below", failure_threshold = 100)]
    async fn call() -> Outcome {
        BAD
    }

    assert_eq!(call().await, BAD);
    assert_eq!(breaker("order: below").stats().failed_calls, 4);
}

#[tokio::test(start_paused = true)]
async fn a_breaker_above_a_retry_counts_each_call() {
    #[circuit_breaker(name = "order: above", failure_threshold = 100)]
    #[retry(max_attempts = 4)]
    async fn call() -> Outcome {
        BAD
    }

    assert_eq!(call().await, BAD);
    assert_eq!(breaker("order: above").stats().failed_calls, 1);
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_opens_between_attempts_ends_them() {
    #[retry(max_attempts = 10)]
    #[circuit_breaker(name = "order: opens", failure_threshold = 3)]
    async fn call(ran: &Ran) -> Outcome {
        count(ran);
        BAD
    }

    let ran = Ran::default();
    assert_eq!(call(&ran).await, OPEN);
    assert_eq!(ran.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_bulkhead_below_a_retry_frees_the_slot_between_attempts() {
    #[retry(max_attempts = 2, base_delay = 10s, jitter = none, on_retry = |_| {
        in_flight.set(Some(shared_bulkhead("order: frees").in_flight()));
    })]
    #[bulkhead(name = "order: frees", max_concurrent = 1)]
    async fn call(in_flight: &Cell<Option<usize>>) -> Outcome {
        BAD
    }

    let in_flight = Cell::new(None);
    assert_eq!(call(&in_flight).await, BAD);
    assert_eq!(in_flight.get(), Some(0));
    assert_eq!(shared_bulkhead("order: frees").stats().accepted_calls, 2);
}

#[tokio::test(start_paused = true)]
async fn a_bulkhead_above_a_retry_holds_the_slot_all_the_time() {
    #[bulkhead(name = "order: holds", max_concurrent = 1)]
    #[retry(max_attempts = 2, base_delay = 10s, jitter = none, on_retry = |_| {
        in_flight.set(Some(shared_bulkhead("order: holds").in_flight()));
    })]
    async fn call(in_flight: &Cell<Option<usize>>) -> Outcome {
        BAD
    }

    let in_flight = Cell::new(None);
    assert_eq!(call(&in_flight).await, BAD);
    assert_eq!(in_flight.get(), Some(1));
    assert_eq!(shared_bulkhead("order: holds").stats().accepted_calls, 1);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_above_a_bulkhead_limits_the_wait_for_a_slot() {
    #[timeout(2s)]
    #[bulkhead(name = "order: limits the wait", max_concurrent = 1, max_wait = 1h)]
    async fn call(takes: Duration) -> Outcome {
        sleep(takes).await;
        Ok(0)
    }

    assert_eq!(call(secs(1)).await, Ok(0));
    let slot = shared_bulkhead("order: limits the wait").try_acquire().expect("free");
    let start = Instant::now();
    assert_eq!(call(secs(0)).await, timed_out(2));
    assert_eq!(start.elapsed(), secs(2));
    assert_eq!(shared_bulkhead("order: limits the wait").waiting(), 0);
    drop(slot);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_below_a_bulkhead_counts_from_when_the_slot_is_there() {
    #[bulkhead(name = "order: counts from", max_concurrent = 1, max_wait = 1h)]
    #[timeout(2s)]
    async fn call() -> Outcome {
        sleep(Duration::from_millis(1500)).await;
        Ok(0)
    }

    let calls = tokio::join!(call(), call(), call());
    assert_eq!(calls, (Ok(0), Ok(0), Ok(0)));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_above_a_breaker_drops_the_call_which_is_a_failure() {
    #[timeout(2s)]
    #[circuit_breaker(name = "order: dropped", failure_threshold = 1)]
    async fn call() -> Outcome {
        std::future::pending().await
    }

    assert_eq!(call().await, timed_out(2));
    let CircuitStats { failed_calls, successful_calls, ignored_calls, .. } = breaker("order: dropped").stats();
    assert_eq!((failed_calls, successful_calls, ignored_calls), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_fallback_above_a_breaker_does_not_hide_failures_from_it() {
    #[fallback(value = 7)]
    #[circuit_breaker(name = "order: hides nothing", failure_threshold = 2)]
    async fn call(ran: &Ran) -> Outcome {
        count(ran);
        BAD
    }

    let ran = Ran::default();
    for _ in 0..5 {
        assert_eq!(call(&ran).await, Ok(7));
    }
    assert_eq!(ran.get(), 2);
    assert_eq!(breaker("order: hides nothing").stats().failed_calls, 2);
}

#[tokio::test]
async fn a_filtered_fallback_below_a_breaker_turns_failures_into_successes() {
    #[circuit_breaker(name = "order: turned", failure_threshold = 1)]
    #[fallback(value = 7, fallback_on(Fault::Own))]
    async fn call(fault: Fault) -> Outcome {
        Err(fault)
    }

    assert_eq!(call(Fault::Own).await, Ok(7));
    assert_eq!(breaker("order: turned").stats().successful_calls, 1);
    assert_eq!(call(Fault::Other).await, Err(Fault::Other));
    assert_eq!(breaker("order: turned").stats().failed_calls, 1);
}

#[tokio::test]
async fn what_stands_between_attributes_does_not_matter() {
    /// A doc comment between the attributes.
    #[fallback(value = 7)]
    #[allow(clippy::unused_async)]
    #[resilient::circuit_breaker(name = "order: between", failure_threshold = 1)]
    /// And another one.
    #[bulkhead(max_concurrent = 1)]
    async fn call() -> Outcome {
        BAD
    }

    assert_eq!(call().await, Ok(7));
    assert_eq!(breaker("order: between").state(), CircuitState::Open);
}
