//! How a breaker counts a call that a given deadline cuts short.

use super::*;

#[tokio::test(start_paused = true)]
async fn it_is_a_failure_if_the_call_had_at_least_half_of_the_time() {
    #[circuit_breaker(name = "given: half", failure_threshold = 100)]
    #[timeout(50s)]
    async fn call() -> Result<u32, Fault> {
        pending().await
    }

    for (admitted_after, expected) in [(0, (1, 0)), (500, (2, 0)), (501, (2, 1)), (999, (2, 2))] {
        let call = async {
            sleep(millis(admitted_after)).await;
            call().await
        };
        assert_eq!(with_deadline(secs(1), call).await, deadline_after(secs(1)));
        assert_eq!(counted(breaker("given: half")), expected, "admitted after {admitted_after} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_did_not_begin_or_waited_for_a_slot_is_no_failure() {
    #[circuit_breaker(name = "given: waits", failure_threshold = 100)]
    #[timeout(50s)]
    async fn late() -> Result<u32, Fault> {
        Ok(0)
    }

    #[circuit_breaker(name = "given: waits", failure_threshold = 100)]
    #[bulkhead(name = "given: waits", max_concurrent = 1, max_wait = 1h)]
    async fn waits() -> Result<u32, Fault> {
        Ok(0)
    }

    assert_eq!(with_deadline(Duration::ZERO, late()).await, deadline_after(Duration::ZERO));
    assert_eq!(counted(breaker("given: waits")), (0, 1));
    assert_eq!(waits().await, Ok(0));
    let _slot = registry().bulkhead("given: waits").expect("it has run").try_acquire().expect("it is free");
    assert_eq!(with_deadline(secs(1), waits()).await, deadline_after(secs(1)));
    assert_eq!(counted(breaker("given: waits")), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_its_own_that_ends_first_is_one_as_ever() {
    let breaker = CircuitBreaker::new("given: own", BreakerPolicy::new().failure_threshold(100));
    let call = || breaker.try_run(TimeoutPolicy::new(millis(1)).run(pending::<Result<u32, Fault>>()));
    assert!(with_deadline(secs(1), call()).await.is_err());
    assert!(call().await.is_err());
    assert_eq!(counted(&breaker), (2, 0));
}

#[tokio::test]
async fn a_body_that_a_timeout_above_kept_from_beginning_has_not_failed() {
    let breaker = CircuitBreaker::new("given: kept", BreakerPolicy::new().failure_threshold(100));
    let late = TimeoutPolicy::new(millis(5)).try_run(async {
        std::thread::sleep(millis(10));
        breaker.try_run(TimeoutPolicy::new(secs(5)).run(async { Ok::<u32, Fault>(0) })).await
    });
    assert!(late.await.is_err());
    assert_eq!(counted(&breaker), (0, 1));
}
