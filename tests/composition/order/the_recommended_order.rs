//! The order that the documentation recommends.

use super::*;

/// What the body does in each attempt.
#[derive(Clone, Copy)]
enum Act {
    Succeed,
    Fail,
    Hang,
}

#[fallback(value = 1)]
#[retry(base_delay = 1s, jitter = none)]
#[circuit_breaker(name = "recommended", failure_threshold = 4, recovery_timeout = 30s)]
#[timeout(2s)]
#[bulkhead(name = "recommended", max_concurrent = 1, max_wait = 500ms)]
async fn call(acts: &[Act], ran: &Ran) -> Outcome {
    match acts[count(ran) as usize - 1] {
        Act::Succeed => Ok(7),
        Act::Fail => BAD,
        Act::Hang => std::future::pending().await,
    }
}

#[tokio::test(start_paused = true)]
async fn does_what_each_attribute_says() {
    use Act::{Fail, Hang, Succeed};

    let (ran, start) = (Ran::default(), Instant::now());
    assert_eq!(call(&[Fail, Hang, Succeed], &ran).await, Ok(7));
    assert_eq!(ran.take(), 3);
    assert_eq!(start.elapsed(), secs(1 + 2 + 2), "a pause, a timeout, a pause");
    let stats = breaker("recommended").stats();
    assert_eq!((stats.failed_calls, stats.successful_calls), (2, 1));

    let slot = shared_bulkhead("recommended").try_acquire().expect("free");
    assert_eq!(call(&[], &ran).await, Ok(1), "full in three attempts, then answered");
    assert_eq!(breaker("recommended").stats().ignored_calls, 3);
    drop(slot);

    assert_eq!(call(&[Fail, Fail, Fail], &ran).await, Ok(1));
    assert_eq!(ran.take(), 3);
    assert_eq!(call(&[Hang], &ran).await, Ok(1), "the fourth failure in a row opens the breaker");
    assert_eq!(ran.take(), 1);
    assert_eq!(breaker("recommended").state(), CircuitState::Open);

    let start = Instant::now();
    assert_eq!(call(&[], &ran).await, Ok(1));
    assert_eq!((ran.get(), start.elapsed()), (0, Duration::ZERO), "neither run nor retried");

    advance(secs(30)).await;
    assert_eq!(call(&[Succeed], &ran).await, Ok(7));
    assert_eq!(ran.take(), 1);
    assert_eq!(call(&[Succeed], &ran).await, Ok(7));
    assert_eq!(breaker("recommended").state(), CircuitState::Closed);
    assert_eq!(shared_bulkhead("recommended").available(), 1);
}
