//! The result of a call that began in an earlier state changes nothing.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_failure_from_before_the_trip_does_not_open_it_after_it_recovered() {
    #[circuit_breaker(name = "late: failure", failure_threshold = 1, success_threshold = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        receiver.await.unwrap_or(BAD)
    }

    let early = InFlight::begin(call).await;
    let tripping = InFlight::begin(call).await;
    assert_eq!(tripping.end(BAD).await, BAD);
    advance(secs(30)).await;
    assert_eq!(InFlight::begin(call).await.end(GOOD).await, GOOD);
    assert_eq!(breaker("late: failure").state(), CircuitState::Closed);
    assert_eq!(early.end(BAD).await, BAD);
    assert_eq!(breaker("late: failure").state(), CircuitState::Closed);
    assert_eq!(breaker("late: failure").stats().failed_calls, 2, "the totals know of it");
}

#[tokio::test(start_paused = true)]
async fn a_failure_from_before_the_trip_does_not_open_it_while_half_open() {
    #[circuit_breaker(name = "late: half-open failure", failure_threshold = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        receiver.await.unwrap_or(BAD)
    }

    let early = InFlight::begin(call).await;
    assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
    advance(secs(30)).await;
    let probe = InFlight::begin(call).await;
    assert_eq!(early.end(BAD).await, BAD);
    assert_eq!(breaker("late: half-open failure").state(), CircuitState::HalfOpen);
    drop(probe);
}

#[tokio::test(start_paused = true)]
async fn a_success_from_before_the_trip_does_not_close_it() {
    #[circuit_breaker(name = "late: success", failure_threshold = 1, success_threshold = 1, half_open_max_calls = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        receiver.await.unwrap_or(BAD)
    }

    let (open, half_open) = (InFlight::begin(call).await, InFlight::begin(call).await);
    assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
    assert_eq!(open.end(GOOD).await, GOOD);
    assert_eq!(breaker("late: success").state(), CircuitState::Open);
    advance(secs(30)).await;
    let probe = InFlight::begin(call).await;
    assert_eq!(half_open.end(GOOD).await, GOOD);
    assert_eq!(breaker("late: success").state(), CircuitState::HalfOpen);
    assert_eq!(call(never()).await, REFUSED, "nor does it free the probe's place");
    assert_eq!(breaker("late: success").stats().successful_calls, 2);
    drop(probe);
}

#[tokio::test(start_paused = true)]
async fn a_probe_from_an_earlier_recovery_says_nothing_about_a_later_one() {
    #[circuit_breaker(name = "late: probe", failure_threshold = 1, success_threshold = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        receiver.await.unwrap_or(BAD)
    }

    assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
    advance(secs(30)).await;
    let early = InFlight::begin(call).await;
    assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
    advance(secs(30)).await;
    let probe = InFlight::begin(call).await;
    assert_eq!(early.end(GOOD).await, GOOD);
    assert_eq!(breaker("late: probe").state(), CircuitState::HalfOpen);
    assert_eq!(probe.end(GOOD).await, GOOD);
    assert_eq!(breaker("late: probe").state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_result_from_before_does_not_enter_the_new_window() {
    #[circuit_breaker(name = "late: window", failure_rate = 1.0, window = 1, success_threshold = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        receiver.await.unwrap_or(BAD)
    }

    let early = InFlight::begin(call).await;
    assert_eq!(InFlight::begin(call).await.end(BAD).await, BAD);
    advance(secs(30)).await;
    assert_eq!(InFlight::begin(call).await.end(GOOD).await, GOOD);
    assert_eq!(early.end(BAD).await, BAD);
    assert_eq!(breaker("late: window").state(), CircuitState::Closed);
}

#[tokio::test]
async fn a_result_from_before_a_reset_does_not_count() {
    #[circuit_breaker(name = "late: reset", failure_threshold = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        receiver.await.unwrap_or(BAD)
    }

    let early = InFlight::begin(call).await;
    breaker("late: reset").reset();
    assert_eq!(early.end(BAD).await, BAD);
    assert_eq!(breaker("late: reset").state(), CircuitState::Closed);
}
