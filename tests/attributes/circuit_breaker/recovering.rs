//! From open to half-open to closed.

use super::*;

#[tokio::test(start_paused = true)]
async fn it_stays_open_for_thirty_seconds_by_default() {
    #[circuit_breaker(name = "recovering: default", failure_threshold = 1)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    advance(Duration::from_millis(29_998)).await;
    assert_eq!(call(GOOD).await, REFUSED);
    advance(Duration::from_millis(2)).await;
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("recovering: default").state(), CircuitState::HalfOpen);
}

#[tokio::test(start_paused = true)]
async fn recovery_timeout_says_how_long() {
    #[circuit_breaker(name = "recovering: timeout", failure_threshold = 1, recovery_timeout = 5min)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    advance(secs(299)).await;
    assert_eq!(call(GOOD).await, REFUSED);
    advance(secs(1)).await;
    assert_eq!(call(GOOD).await, GOOD);
}

#[tokio::test(start_paused = true)]
async fn refused_calls_do_not_keep_it_open() {
    #[circuit_breaker(name = "recovering: refused", failure_threshold = 1, recovery_timeout = 10s)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    for _ in 0..9 {
        advance(secs(1)).await;
        assert_eq!(call(GOOD).await, REFUSED);
    }
    advance(secs(1)).await;
    assert_eq!(call(GOOD).await, GOOD);
}

#[tokio::test(start_paused = true)]
async fn two_successful_probes_close_it_by_default() {
    #[circuit_breaker(name = "recovering: close", failure_threshold = 1)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    advance(secs(30)).await;
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("recovering: close").state(), CircuitState::HalfOpen);
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("recovering: close").state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn success_threshold_says_how_many_also_above_the_bound() {
    #[circuit_breaker(
        name = "recovering: success",
        failure_threshold = 1,
        success_threshold = 5,
        half_open_max_calls = 1
    )]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    advance(secs(30)).await;
    for _ in 0..4 {
        assert_eq!(call(GOOD).await, GOOD);
        assert_eq!(breaker("recovering: success").state(), CircuitState::HalfOpen);
    }
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("recovering: success").state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn one_failed_probe_opens_it_again() {
    #[circuit_breaker(name = "recovering: failed probe", failure_threshold = 5)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..5 {
        assert_eq!(call(BAD).await, BAD);
    }
    advance(secs(30)).await;
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("recovering: failed probe").state(), CircuitState::Open);
    advance(Duration::from_millis(29_998)).await;
    assert_eq!(call(GOOD).await, REFUSED, "it stays open as long as the first time");
    advance(Duration::from_millis(2)).await;
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("recovering: failed probe").state(), CircuitState::HalfOpen, "it needs two successes anew");
}

#[tokio::test(start_paused = true)]
async fn the_failures_from_before_do_not_count_after_it_closed() {
    #[circuit_breaker(name = "recovering: forgets", failure_threshold = 3, success_threshold = 1)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..3 {
        assert_eq!(call(BAD).await, BAD);
    }
    advance(secs(30)).await;
    assert_eq!(call(GOOD).await, GOOD);
    for _ in 0..2 {
        assert_eq!(call(BAD).await, BAD);
    }
    assert_eq!(breaker("recovering: forgets").state(), CircuitState::Closed);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("recovering: forgets").state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_slow_probe_is_a_failed_one() {
    #[circuit_breaker(
        name = "recovering: slow probe", failure_threshold = 1, slow_call = 1s, slow_call_rate = 0.5, window = 10
    )]
    async fn call(takes: Duration, outcome: Outcome) -> Outcome {
        sleep(takes).await;
        outcome
    }

    assert_eq!(call(secs(0), BAD).await, BAD);
    advance(secs(30)).await;
    assert_eq!(call(secs(2), GOOD).await, GOOD);
    assert_eq!(breaker("recovering: slow probe").state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn recovery_backoff_lengthens_each_opening_in_a_row_up_to_its_cap() {
    #[circuit_breaker(
        name = "recovering: backoff", failure_threshold = 1, success_threshold = 1,
        recovery_timeout = 10s, recovery_backoff = 2.0, max_recovery_timeout = 35s
    )]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    fn open_for() -> Option<Duration> {
        breaker("recovering: backoff").try_acquire().expect_err("it is open").retry_after()
    }

    assert_eq!(call(BAD).await, BAD);
    for open in [10, 20, 35, 35] {
        assert_eq!(open_for(), Some(secs(open)));
        advance(secs(open)).await;
        assert_eq!(call(BAD).await, BAD, "a probe");
    }
    advance(secs(35)).await;
    assert_eq!(call(GOOD).await, GOOD, "it closes, which ends the row");
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(open_for(), Some(secs(10)));
}

#[tokio::test(start_paused = true)]
async fn open_times_do_not_grow_by_default() {
    #[circuit_breaker(name = "recovering: no backoff", failure_threshold = 1, recovery_timeout = 10s)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    for _ in 0..5 {
        advance(secs(10)).await;
        assert_eq!(call(BAD).await, BAD);
    }
}
