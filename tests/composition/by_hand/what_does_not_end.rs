//! Calls that are dropped or panic.

use super::*;

#[tokio::test]
async fn a_future_that_is_dropped_gives_its_slot_and_its_place_back() {
    let bulkhead = Bulkhead::new("by hand: dropped", BulkheadPolicy::new(1));
    let policy = BreakerPolicy::new().failure_threshold(1).half_open_max_calls(1);
    let breaker = CircuitBreaker::new("by hand: dropped", policy);
    {
        let whole = RETRY.try_run(|| breaker.try_run(LIMIT.try_run(bulkhead.run(hangs_later()))));
        tokio::pin!(whole);
        assert!(
            std::future::poll_fn(|context| std::task::Poll::Ready(whole.as_mut().poll(context))).await.is_pending()
        );
        assert_eq!(bulkhead.in_flight(), 1);
    }
    assert_eq!(bulkhead.in_flight(), 0);
    assert_eq!((breaker.stats().ignored_calls, breaker.state()), (1, CircuitState::Closed));
}

#[tokio::test]
async fn a_panic_is_a_failure_and_gives_the_slot_back() {
    let bulkhead = Bulkhead::new("by hand: panics", BulkheadPolicy::new(1));
    let breaker = CircuitBreaker::new("by hand: panics", BreakerPolicy::new().failure_threshold(3));
    let sync = catch_unwind(AssertUnwindSafe(|| {
        RETRY.try_call(|| breaker.try_call(|| bulkhead.call(|| -> Outcome { panic!("on purpose") })))
    }));
    assert!(sync.is_err());
    let call = || RETRY.try_run(|| breaker.try_run(bulkhead.run(async { panic!("on purpose") as Outcome })));
    assert!(catch_unwind(AssertUnwindSafe(|| wait_here(call()))).is_err());
    assert_eq!((bulkhead.in_flight(), breaker.stats().failed_calls), (0, 2));
}

/// The output of a future that is ready at its first poll.
fn wait_here<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits"),
    }
}
