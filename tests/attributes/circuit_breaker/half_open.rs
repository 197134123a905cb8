//! The number of probes in flight while half-open.

use super::*;

#[tokio::test(start_paused = true)]
async fn three_probes_are_in_flight_at_a_time_by_default() {
    #[circuit_breaker(name = "half-open: three", failure_threshold = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        receiver.await.unwrap_or(BAD)
    }

    assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
    advance(secs(30)).await;
    let first = InFlight::begin(call).await;
    let second = InFlight::begin(call).await;
    let third = InFlight::begin(call).await;
    assert_eq!(call(never()).await, REFUSED);
    assert_eq!(first.end(GOOD).await, GOOD);
    let fourth = InFlight::begin(call).await;
    assert_eq!(call(never()).await, REFUSED, "the one that ended made place for one");
    assert_eq!(second.end(GOOD).await, GOOD);
    assert_eq!(breaker("half-open: three").state(), CircuitState::Closed);
    drop((third, fourth));
}

#[tokio::test(start_paused = true)]
async fn a_bound_of_one_lets_one_probe_pass() {
    #[circuit_breaker(name = "half-open: one", failure_threshold = 1, half_open_max_calls = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        receiver.await.unwrap_or(BAD)
    }

    assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
    advance(secs(30)).await;
    let probe = InFlight::begin(call).await;
    for _ in 0..10 {
        assert_eq!(call(never()).await, REFUSED);
    }
    assert_eq!(probe.end(GOOD).await, GOOD);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_probe_gives_its_place_back_and_counts_neither_way() {
    #[circuit_breaker(
        name = "half-open: dropped",
        failure_threshold = 1,
        half_open_max_calls = 1,
        success_threshold = 2
    )]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        receiver.await.unwrap_or(BAD)
    }

    assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
    advance(secs(30)).await;
    for _ in 0..10 {
        drop(InFlight::begin(call).await);
        assert_eq!(breaker("half-open: dropped").state(), CircuitState::HalfOpen);
    }
    assert_eq!(breaker("half-open: dropped").stats().ignored_calls, 10);
    assert_eq!(InFlight::begin(call).await.end(GOOD).await, GOOD);
    assert_eq!(InFlight::begin(call).await.end(GOOD).await, GOOD);
    assert_eq!(breaker("half-open: dropped").state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_never_polled_takes_no_place() {
    #[circuit_breaker(name = "half-open: never polled", failure_threshold = 1, half_open_max_calls = 1)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    advance(secs(30)).await;
    let never = call(GOOD);
    assert_eq!(call(GOOD).await, GOOD);
    drop(never);
    assert_eq!(breaker("half-open: never polled").stats().total_calls, 2);
}

#[tokio::test(start_paused = true)]
async fn an_ignored_error_gives_the_place_back_and_counts_neither_way() {
    #[circuit_breaker(
        name = "half-open: ignored",
        failure_threshold = 1,
        half_open_max_calls = 1,
        success_threshold = 1,
        failure_on(Fault::Broken)
    )]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    advance(secs(30)).await;
    for _ in 0..10 {
        assert_eq!(call(NOT_FOUND).await, NOT_FOUND);
        assert_eq!(breaker("half-open: ignored").state(), CircuitState::HalfOpen);
    }
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("half-open: ignored").state(), CircuitState::Closed);
}
