//! `retry_refused` selects the refusals that are retried.

use super::*;

#[tokio::test(start_paused = true)]
async fn names_exactly_the_refusals_to_retry() {
    #[retry(retry_refused(timed_out))]
    #[timeout(1s)]
    #[bulkhead(name = "refused: timed out only", max_concurrent = 1)]
    async fn timed_out_only(ran: &Ran) -> Outcome {
        count(ran);
        std::future::pending().await
    }

    #[retry(retry_refused(bulkhead_full))]
    #[timeout(1s)]
    #[bulkhead(name = "refused: full only", max_concurrent = 1)]
    async fn full_only(ran: &Ran) -> Outcome {
        count(ran);
        std::future::pending().await
    }

    let ran = Ran::default();
    assert_eq!(timed_out_only(&ran).await, timed_out(1));
    assert_eq!(ran.take(), 3);
    let slot = shared_bulkhead("refused: timed out only").try_acquire().expect("free");
    assert_eq!(timed_out_only(&ran).await, FULL);
    assert_eq!(shared_bulkhead("refused: timed out only").stats().rejected_calls, 1);
    drop(slot);

    assert_eq!(full_only(&ran).await, timed_out(1));
    assert_eq!(ran.take(), 1);
    let slot = shared_bulkhead("refused: full only").try_acquire().expect("free");
    assert_eq!(full_only(&ran).await, FULL);
    assert_eq!(shared_bulkhead("refused: full only").stats().rejected_calls, 3);
    drop(slot);
}

#[tokio::test(start_paused = true)]
async fn does_not_concern_the_functions_own_errors() {
    #[retry(retry_refused(timed_out))]
    #[timeout(1s)]
    async fn call(ran: &Ran) -> Outcome {
        count(ran);
        BAD
    }

    let ran = Ran::default();
    assert_eq!(call(&ran).await, BAD);
    assert_eq!(ran.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn circuit_open_waits_until_the_breaker_would_admit_a_probe() {
    #[retry(max_attempts = 2, base_delay = 0s, retry_refused(circuit_open))]
    #[circuit_breaker(name = "refused: open", failure_threshold = 1, recovery_timeout = 30s)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, OPEN);
    advance(secs(10)).await;
    let start = Instant::now();
    assert_eq!(call(Ok(7)).await, Ok(7));
    assert_eq!(start.elapsed() + PAUSE_OF_ZERO, secs(20));
}

#[tokio::test(start_paused = true)]
async fn circuit_open_waits_as_long_as_that_takes() {
    #[retry(max_attempts = 2, base_delay = 0s, retry_refused(circuit_open))]
    #[circuit_breaker(name = "refused: open for long", failure_threshold = 1, recovery_timeout = 1h)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, OPEN);
    let start = Instant::now();
    assert_eq!(call(Ok(7)).await, Ok(7));
    assert_eq!(start.elapsed() + PAUSE_OF_ZERO, secs(3600));
}

#[tokio::test(start_paused = true)]
async fn circuit_open_does_not_wait_longer_than_max_elapsed() {
    #[retry(max_attempts = 2, retry_refused(circuit_open), max_elapsed = 29s)]
    #[circuit_breaker(name = "refused: no time", failure_threshold = 1, recovery_timeout = 30s)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, OPEN);
    let start = Instant::now();
    assert_eq!(call(Ok(7)).await, OPEN);
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn circuit_open_pauses_as_usual_where_nobody_knows_how_long() {
    #[retry(jitter = none, retry_refused(circuit_open))]
    #[circuit_breaker(name = "refused: forced")]
    async fn call() -> Outcome {
        Ok(7)
    }

    assert_eq!(call().await, Ok(7));
    breaker("refused: forced").force_open();
    let start = Instant::now();
    assert_eq!(call().await, OPEN);
    assert_eq!(start.elapsed(), Duration::from_millis(100 + 200));
}

#[tokio::test(start_paused = true)]
async fn may_name_all_of_them() {
    #[retry(jitter = none, retry_refused(timed_out, bulkhead_full, circuit_open))]
    #[circuit_breaker(name = "refused: all", failure_threshold = 1, recovery_timeout = 5s)]
    #[timeout(1s)]
    #[bulkhead(max_concurrent = 1)]
    async fn call(ran: &Ran) -> Outcome {
        count(ran);
        std::future::pending().await
    }

    let (ran, start) = (Ran::default(), Instant::now());
    assert_eq!(call(&ran).await, timed_out(1));
    assert_eq!(ran.get(), 2, "timed out, waited for the breaker, timed out");
    assert_eq!(start.elapsed(), Duration::from_millis(1000 + 100) + Duration::from_millis(4900 + 1000));
}
