//! A breaker below a timeout counts the calls that the timeout ends.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_breaker_below_it_opens_when_calls_hang() {
    #[timeout(10ms)]
    #[circuit_breaker(name = "deadline: hangs", failure_threshold = 3)]
    async fn call() -> Result<u32, Fault> {
        pending().await
    }

    for _ in 0..3 {
        assert_eq!(call().await, timed_out("in_async_functions::breakers::call", millis(10)));
    }
    assert_eq!(breaker("deadline: hangs").state(), CircuitState::Open);
    for _ in 0..27 {
        assert!(matches!(call().await, Err(Fault::Refused(_))));
    }
    assert_eq!(counted(breaker("deadline: hangs")), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn the_recommended_order_opens_too_and_so_do_breakers_in_breakers() {
    #[timeout(10s)]
    #[retry(max_attempts = 3)]
    #[circuit_breaker(name = "deadline: outer", failure_threshold = 100)]
    #[timeout(8s)]
    async fn call() -> Result<u32, Fault> {
        inner().await
    }

    #[circuit_breaker(name = "deadline: inner", failure_threshold = 100)]
    async fn inner() -> Result<u32, Fault> {
        pending().await
    }

    for _ in 0..5 {
        assert!(call().await.is_err());
    }
    // The second attempt had less than half of the 10 s.
    assert_eq!(counted(breaker("deadline: outer")), (5, 5));
    assert_eq!(counted(breaker("deadline: inner")), (5, 5));
}

#[tokio::test(start_paused = true)]
async fn one_impatient_caller_opens_no_shared_breaker() {
    #[circuit_breaker(name = "deadline: shared", failure_threshold = 3)]
    #[bulkhead(name = "deadline: shared", max_concurrent = 1, max_wait = 1h)]
    async fn shared() -> Result<u32, Fault> {
        sleep(secs(3)).await;
        Ok(0)
    }

    let limit = TimeoutPolicy::new(millis(10));
    assert_eq!(shared().await, Ok(0));
    let slot = registry().bulkhead("deadline: shared").expect("it has run").try_acquire().expect("it is free");
    for _ in 0..10 {
        assert!(limit.run(shared()).await.is_err(), "it waited for a slot");
    }
    assert_eq!(counted(breaker("deadline: shared")), (0, 10));
    drop(slot);
    for _ in 0..10 {
        let late = async {
            sleep(millis(6)).await;
            shared().await
        };
        assert!(limit.run(late).await.is_err(), "it was admitted late");
    }
    assert_eq!(counted(breaker("deadline: shared")), (0, 20));
    assert_eq!(shared().await, Ok(0));
}

#[tokio::test(start_paused = true)]
async fn half_of_the_limit_is_enough_and_less_is_not() {
    let breaker = CircuitBreaker::new("deadline: half", BreakerPolicy::new().failure_threshold(100));
    for (admitted_after, expected) in [(0, (1, 0)), (500, (2, 0)), (501, (2, 1)), (999, (2, 2))] {
        let call = async {
            sleep(millis(admitted_after)).await;
            breaker.run(pending::<Result<(), Fault>>()).await
        };
        assert!(TimeoutPolicy::new(secs(1)).try_run(call).await.is_err());
        assert_eq!(counted(&breaker), expected, "admitted after {admitted_after} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn of_siblings_each_counts_by_itself_and_a_wait_counts_for_the_breakers_above_it() {
    let policy = BreakerPolicy::new().failure_threshold(100);
    let [hangs, waits, above] = ["hangs", "waits", "above"].map(|name| CircuitBreaker::new(name, policy));
    let bulkhead = resilient::Bulkhead::new("sibling", resilient::BulkheadPolicy::new(1).max_wait(secs(100)));
    let _slot = bulkhead.try_acquire().expect("it is free");
    let both = async {
        let hung = hangs.run(pending::<Result<(), Fault>>());
        let waited = waits.run(async { bulkhead.acquire().await.map(drop).map_err(Fault::from) });
        let _ = tokio::join!(hung, waited);
        Ok::<(), Fault>(())
    };
    assert!(TimeoutPolicy::new(secs(1)).try_run(above.run(both)).await.is_err());
    assert_eq!([&hangs, &waits, &above].map(counted), [(1, 0), (0, 1), (0, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_spawned_task_and_a_call_dropped_by_anything_else_count_neither_way() {
    #[circuit_breaker(name = "deadline: elsewhere", failure_threshold = 100)]
    async fn call() -> Result<u32, Fault> {
        sleep(secs(5)).await;
        Ok(0)
    }

    let spawned = TimeoutPolicy::new(secs(1)).run(async { tokio::spawn(call()).await.expect("no panic") });
    assert!(spawned.await.is_err());
    sleep(secs(10)).await;
    assert_eq!(counted(breaker("deadline: elsewhere")), (0, 0));
    assert!(tokio::time::timeout(secs(1), call()).await.is_err());
    assert_eq!(counted(breaker("deadline: elsewhere")), (0, 1));
    let dropped_before_its_end = TimeoutPolicy::new(secs(9)).run(call());
    assert!(tokio::time::timeout(secs(4), dropped_before_its_end).await.is_err());
    assert_eq!(counted(breaker("deadline: elsewhere")), (0, 2));
}
