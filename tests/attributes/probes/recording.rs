//! Outcomes of calls that another component made: `record_success` and `record_failure`.

use super::*;

#[test]
fn closed_it_counts_like_a_call() {
    let breaker = CircuitBreaker::new("recording", ONE_PROBE.failure_threshold(2));
    for _ in 0..10 {
        breaker.record_failure();
        breaker.record_success();
    }
    assert_eq!(breaker.state(), CircuitState::Closed);
    breaker.record_failure();
    breaker.try_acquire().expect("it is closed").failure();
    assert_eq!(breaker.state(), CircuitState::Open);
    let stats = breaker.stats();
    assert_eq!((stats.failed_calls, stats.successful_calls, stats.total_calls), (12, 10, 22));
}

#[test]
fn closed_it_counts_in_the_window() {
    let policies = [
        BreakerPolicy::new().failure_rate(0.5).count_window(10),
        BreakerPolicy::new().failure_rate(0.5).time_window(secs(3600)).min_calls(10),
    ];
    for policy in policies {
        let breaker = CircuitBreaker::new("recording", policy);
        (0..5).for_each(|_| breaker.record_success());
        (0..4).for_each(|_| breaker.record_failure());
        assert_eq!(breaker.state(), CircuitState::Closed);
        breaker.record_failure();
        assert_eq!(breaker.state(), CircuitState::Open);
    }
}

#[tokio::test(start_paused = true)]
async fn open_it_changes_only_the_totals() {
    let breaker = opened(ONE_PROBE);
    for _ in 0..10 {
        breaker.record_success();
        breaker.record_failure();
    }
    let Error::CircuitOpen { retry_after, .. } = refusal(&breaker) else { unreachable!("a breaker refused") };
    assert_eq!(retry_after, Some(OPEN), "it is not open for longer");
    breaker.force_open();
    breaker.record_success();
    breaker.disable();
    breaker.record_failure();
    assert_eq!(breaker.state(), CircuitState::Disabled);
    let stats = breaker.stats();
    assert_eq!((stats.successful_calls, stats.failed_calls, stats.rejected_calls), (11, 12, 1));
}

#[tokio::test(start_paused = true)]
async fn half_open_it_counts_like_a_probe_and_takes_no_place() {
    let breaker = recovering(ONE_PROBE.success_threshold(3)).await;
    breaker.record_success();
    assert_eq!(breaker.stats().state_changes, 2, "it is the first call after the open time");
    let probe = breaker.try_acquire().expect("the place is free");
    breaker.record_success();
    assert_eq!(breaker.state(), CircuitState::HalfOpen);
    assert!(breaker.try_acquire().is_err(), "the probe still has its place");
    probe.success();
    assert_eq!(breaker.state(), CircuitState::Closed, "three successes");
}

#[tokio::test(start_paused = true)]
async fn half_open_a_failure_opens_it_again() {
    let breaker = recovering(ONE_PROBE.recovery_backoff(2.0)).await;
    breaker.record_failure();
    let Error::CircuitOpen { state, retry_after, .. } = refusal(&breaker) else { unreachable!("a breaker refused") };
    assert_eq!((state, retry_after), (CircuitState::Open, Some(2 * OPEN)), "in a row");
}
