//! Several attributes of one kind on a function.

use super::*;

#[tokio::test(start_paused = true)]
async fn timeouts_limit_each_attempt_and_the_whole() {
    #[timeout(5s)]
    #[retry(max_attempts = 10, base_delay = 0s)]
    #[timeout(2s)]
    async fn call(takes: &[u64], ran: &Ran) -> Outcome {
        sleep(secs(takes[count(ran) as usize - 1])).await;
        Ok(7)
    }

    let start = Instant::now();
    assert_eq!(call(&[9, 9, 9], &Ran::default()).await, timed_out(5));
    assert_eq!(start.elapsed(), secs(5));
    let start = Instant::now();
    assert_eq!(call(&[9, 1], &Ran::default()).await, Ok(7));
    assert_eq!(start.elapsed(), secs(2 + 1) + PAUSE_OF_ZERO);
}

#[tokio::test]
async fn breakers_each_count_and_the_outer_one_is_asked_first() {
    #[circuit_breaker(name = "several: outer", failure_threshold = 2)]
    #[circuit_breaker(name = "several: inner", failure_threshold = 100)]
    async fn call() -> Outcome {
        BAD
    }

    assert_eq!(call().await, BAD);
    assert_eq!(call().await, BAD);
    assert_eq!(call().await, OPEN);
    assert_eq!(breaker("several: outer").stats().rejected_calls, 1);
    let inner = breaker("several: inner").stats();
    assert_eq!((inner.failed_calls, inner.rejected_calls), (2, 0));
}

#[tokio::test]
async fn bulkheads_each_give_a_slot() {
    #[bulkhead(name = "several: wide", max_concurrent = 2)]
    #[bulkhead(name = "several: narrow", max_concurrent = 1)]
    async fn call() -> Outcome {
        assert_eq!(shared_bulkhead("several: wide").in_flight(), 1);
        assert_eq!(shared_bulkhead("several: narrow").in_flight(), 1);
        Ok(7)
    }

    assert_eq!(call().await, Ok(7));
    let slot = shared_bulkhead("several: narrow").try_acquire().expect("free");
    assert_eq!(call().await, FULL);
    assert_eq!(shared_bulkhead("several: wide").in_flight(), 0, "a refusal of the inner one frees the outer slot");
    drop(slot);
}

#[tokio::test(start_paused = true)]
async fn fallbacks_answer_what_reaches_them() {
    #[fallback(value = 1)]
    #[retry(base_delay = 0s)]
    #[fallback(value = 2, fallback_on(Fault::Other))]
    async fn call(fault: Fault, ran: &Ran) -> Outcome {
        count(ran);
        Err(fault)
    }

    let ran = Ran::default();
    assert_eq!(call(Fault::Other, &ran).await, Ok(2));
    assert_eq!(ran.take(), 1);
    assert_eq!(call(Fault::Own, &ran).await, Ok(1));
    assert_eq!(ran.get(), 3);
}
