//! A refusal that passes through several policies keeps its kind.

use super::*;

fn attempts(policy: RetryPolicy, mut operation: impl FnMut() -> Failed) -> u32 {
    let mut attempts = 0;
    let last = policy.try_call(|| {
        attempts += 1;
        operation()
    });
    assert!(last.is_err_and(|failure| failure.refusal().is_some()));
    attempts
}

#[test]
fn each_is_retried_as_its_setting_says() {
    let bulkhead = Bulkhead::new("by hand: settings", BulkheadPolicy::new(1));
    let _slot = bulkhead.try_acquire().expect("free");
    let breaker = CircuitBreaker::new("by hand: settings", BreakerPolicy::new());
    breaker.force_open();
    let late = || LIMIT.call_cooperative(hangs);
    assert_eq!([attempts(RETRY, late), attempts(RETRY.retry_timed_out(false), late)], [3, 1]);
    let full = || bulkhead.call(fails);
    assert_eq!([attempts(RETRY, full), attempts(RETRY.retry_bulkhead_full(false), full)], [3, 1]);
    let open = || breaker.call(fails);
    assert_eq!([attempts(RETRY, open), attempts(RETRY.retry_circuit_open(true), open)], [1, 3]);
}

#[test]
fn a_job_on_a_helper_thread_that_is_late_is_retried() {
    let (mut attempts, mut kept) = (0, Vec::new());
    let late = RETRY.try_call(|| {
        attempts += 1;
        let (release, released) = std::sync::mpsc::channel::<()>();
        kept.push(release);
        LIMIT.call(move || released.recv())
    });
    assert!(late.is_err_and(|failure| failure.refusal().is_some_and(Error::is_timed_out)));
    assert_eq!(attempts, 3);
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_is_waited_for_by_hand_as_by_an_attribute() {
    #[circuit_breaker(name = "by hand: waits", failure_threshold = 1, recovery_timeout = 30s)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    #[retry(jitter = none, retry_refused(circuit_open))]
    #[circuit_breaker(name = "by hand: waits")]
    async fn by_attributes() -> Outcome {
        Ok(7)
    }

    let breaker = registry().circuit_breaker_or_insert(
        "by hand: waits",
        BreakerPolicy::new().failure_threshold(1).recovery_timeout(secs(30)),
    );
    let policy = RetryPolicy::new().retry_circuit_open(true);
    for round in 0..3 {
        assert_eq!(call(Err(Fault::Own)).await, Err(Fault::Own));
        let start = Instant::now();
        let by_hand = |policy: RetryPolicy| async move { policy.try_run(|| breaker.run(async { Ok(7) })).await };
        let outcome: Failed = match round {
            0 => by_attributes().await.map_err(Failure::Inner),
            1 => by_hand(policy.jitter(Jitter::None)).await,
            _ => by_hand(policy).await,
        };
        assert_eq!(outcome, Ok(7), "round {round}");
        let late = start.elapsed().checked_sub(secs(30)).expect("not before it admits a probe");
        assert!(late <= if round < 2 { Duration::ZERO } else { millis(100) }, "round {round}: {late:?}");
        breaker.reset();
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_failure_is_given() {
    let mut attempt = 0;
    let last = RETRY.try_run(|| {
        attempt += 1;
        let (fails, limit) = (attempt < 3, LIMIT.named(Name::new(&"the last")));
        async move { if fails { Err(Failure::Inner(Fault::Own)) } else { limit.run(hangs_later()).await } }
    });
    let timed_out = Error::TimedOut { name: Name::new(&"the last"), after: millis(1) };
    assert_eq!(last.await, Err(Failure::Refused(timed_out)));
}

#[tokio::test(start_paused = true)]
async fn a_limit_grows_by_its_step_with_each_attempt() {
    let limit = TimeoutPolicy::new(secs(2)).step(secs(5)).named("by hand: grows");
    let (mut attempt, start) = (0, Instant::now());
    let late = RETRY.try_run(|| {
        attempt += 1;
        limit.for_attempt(attempt).run(hangs_later())
    });
    let timed_out = Error::TimedOut { name: Name::new(&"by hand: grows"), after: secs(12) };
    assert_eq!(late.await, Err(Failure::Refused(timed_out)));
    assert_eq!(start.elapsed(), secs(2 + 7 + 12) + PAUSE_OF_ZERO * 2);
    assert_eq!(limit.for_attempt(3).for_attempt(3), limit.for_attempt(3), "the step is part of it");
}

#[tokio::test(start_paused = true)]
async fn the_name_of_a_policy_is_that_of_the_limit_in_an_attribute_too() {
    #[timeout(policy = TimeoutPolicy::new(secs(2)).named("by hand: mine"))]
    async fn named() -> Outcome {
        pending().await
    }

    #[timeout(policy = TimeoutPolicy::new(secs(2)).named("by hand: mine"), duration = limit)]
    async fn computed(limit: Option<Duration>) -> Outcome {
        pending().await
    }

    #[timeout(policy = TimeoutPolicy::new(secs(2)).named("by hand: mine"), duration = limit, cooperative)]
    fn in_place(limit: Duration) -> Outcome {
        hangs()
    }

    let timed_out = |after| Err(Error::TimedOut { name: Name::new(&"by hand: mine"), after }.into());
    assert_eq!(named().await, timed_out(secs(2)));
    assert_eq!(computed(Some(secs(3))).await, timed_out(secs(3)));
    assert_eq!(in_place(millis(4)), timed_out(millis(4)));
}
