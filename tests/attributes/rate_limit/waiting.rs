//! Calls that wait for their permits.

use super::*;

#[tokio::test(start_paused = true)]
async fn calls_begin_in_the_order_of_arrival() {
    #[rate_limit(permits = 2, per = 1s, max_wait = 10s)]
    async fn call(started: Instant) -> Result<u64, Fault> {
        Ok(started.elapsed().as_secs())
    }

    let start = Instant::now();
    let calls: Vec<_> = (0..6).map(|_| tokio::spawn(call(start))).collect();
    for (expected, call) in [0, 0, 1, 1, 2, 2].into_iter().zip(calls) {
        assert_eq!(call.await.expect("it ends"), Ok(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_would_be_too_long_is_refused_at_once() {
    #[rate_limit(permits = 1, per = 5s, max_wait = 4s)]
    async fn call() -> Outcome {
        Ok(())
    }

    let start = Instant::now();
    assert_eq!((call().await, call().await), (Ok(()), LIMITED));
    assert_eq!(start.elapsed(), Duration::ZERO);
    advance(secs(1)).await;
    assert_eq!(call().await, Ok(()));
    assert_eq!(start.elapsed(), secs(5));
}

#[tokio::test(start_paused = true)]
async fn the_queue_is_limited_and_whoever_gives_up_leaves_it() {
    #[rate_limit(name = "rate: queue", permits = 1, per = 1s, max_wait = 1min, max_queue = 1)]
    async fn call() -> Outcome {
        Ok(())
    }

    assert_eq!(call().await, Ok(()));
    let mut first = Box::pin(call());
    assert!(polled(first.as_mut(), 1).await.is_none());
    assert_eq!((limiter("rate: queue").waiting(), call().await), (1, LIMITED));
    drop(first);
    assert_eq!(limiter("rate: queue").waiting(), 0);
    assert_eq!(call().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_after_it_began_has_used_its_permit() {
    #[rate_limit(name = "rate: dropped", permits = 1, per = 1min)]
    async fn call() -> Outcome {
        tokio::task::yield_now().await;
        Ok(())
    }

    assert!(polled(call(), 1).await.is_none());
    assert_eq!(limiter("rate: dropped").available(), Some(0));
    assert_eq!(call().await, LIMITED);
}

#[test]
fn a_sync_call_waits_too() {
    #[rate_limit(permits = 1, per = 5ms, max_wait = 10min)]
    fn call() -> Outcome {
        Ok(())
    }

    let start = std::time::Instant::now();
    for _ in 0..4 {
        assert_eq!(call(), Ok(()));
    }
    assert!(start.elapsed() >= millis(15), "{:?}", start.elapsed());
}

#[test]
fn a_sync_call_that_would_wait_too_long_is_refused_at_once() {
    #[rate_limit(permits = 1, per = 30d, max_wait = 1h)]
    fn call() -> Outcome {
        Ok(())
    }

    assert_eq!((call(), call()), (Ok(()), LIMITED));
}
