//! With other attributes: refusals from below, and deadlines from above.

use std::sync::atomic::{AtomicU32, Ordering};

use resilient::{CircuitBreaker, ErrorKind, bulkhead, circuit_breaker, fallback, registry, retry, timeout};
use resilient_tests::breaker;

use super::*;

#[circuit_breaker(failure_threshold = 3)]
static OPEN: CircuitBreaker;

#[tokio::test(start_paused = true)]
async fn a_first_attempt_that_is_refused_ends_the_call() {
    #[hedge(name = "hedge: refused", delay = 10ms)]
    #[circuit_breaker(OPEN)]
    async fn call() -> Result<u64, Fault> {
        after(2).await
    }
    OPEN.force_open();
    assert_eq!(timed(call()).await, (Err(Fault::Refused(ErrorKind::CircuitOpen)), 0));
    assert_eq!(registry().hedge("hedge: refused").unwrap().stats().hedges, 0);
}

#[tokio::test(start_paused = true)]
async fn a_hedge_that_is_refused_changes_nothing() {
    #[hedge(delay = 10ms, max_hedges = 2, budget = unlimited)]
    #[bulkhead(max_concurrent = 2)]
    async fn call() -> Result<u64, Fault> {
        after(50).await
    }
    assert_eq!(timed(call()).await, (Ok(50), 50));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_below_starts_the_next_attempt() {
    #[hedge(delay = 100ms, max_hedges = 2, budget = unlimited, bind = attempt)]
    #[bulkhead(max_concurrent = 8)]
    #[timeout(50ms)]
    async fn call() -> Result<u64, Fault> {
        after(if attempt.number() == 1 { 900 } else { 2 }).await
    }
    assert_eq!(timed(call()).await, (Ok(2), 52));
}

#[tokio::test(start_paused = true)]
async fn all_that_time_out_are_a_timeout() {
    #[hedge(delay = 10ms, budget = unlimited)]
    #[timeout(50ms)]
    async fn call() -> Result<u64, Fault> {
        after(900).await
    }
    assert_eq!(timed(call()).await, (Err(Fault::Refused(ErrorKind::TimedOut)), 60));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_above_ends_all() {
    #[timeout(100ms)]
    #[hedge(name = "hedge: deadline", delay = 60ms, max_hedges = 5, budget = unlimited)]
    async fn call() -> Result<u64, Fault> {
        after(900).await
    }
    assert_eq!(timed(call()).await, (Err(Fault::Refused(ErrorKind::TimedOut)), 100));
    assert_eq!(registry().hedge("hedge: deadline").unwrap().stats().hedges, 1);
}

#[tokio::test(start_paused = true)]
async fn a_retry_above_repeats_hedged_calls() {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);

    #[retry(max_attempts = 2, base_delay = 100ms, jitter = none, bind = round)]
    #[hedge(delay = 10ms, budget = unlimited, bind = attempt)]
    #[timeout(1s, step = 1s)]
    async fn call() -> Result<u32, Fault> {
        ATTEMPTS.fetch_add(1, Ordering::Relaxed);
        after(31).await.map_err(|_| Fault::Own)?;
        Ok(round.number() + attempt.number())
    }
    assert_eq!(timed(call()).await, (Err(Fault::Own), 41 + 100 + 41));
    assert_eq!(ATTEMPTS.load(Ordering::Relaxed), 4);
}

#[tokio::test(start_paused = true)]
async fn a_retry_below_repeats_an_attempt() {
    #[hedge(delay = 50ms, budget = unlimited, over(add in vec!["a".to_owned(), "b".to_owned()]), bind = attempt)]
    #[retry(max_attempts = 2, base_delay = 10ms, jitter = none, bind = round)]
    async fn call() -> Result<String, Fault> {
        after(if attempt.number() == 1 { 900 } else { u64::from(round.number()) }).await?;
        Ok(add.clone())
    }
    assert_eq!(timed(call()).await, (Ok("b".to_owned()), 50 + 1 + 10 + 2));
}

#[tokio::test(start_paused = true)]
async fn a_breaker_below_counts_each_attempt_and_no_loser() {
    #[hedge(delay = 10ms, budget = unlimited, bind = attempt)]
    #[circuit_breaker(name = "hedge: losers", failure_threshold = 3)]
    async fn call(each: &[u64]) -> Result<u64, Fault> {
        after(each[attempt.number() as usize - 1]).await
    }
    assert_eq!(call(&[900, 2]).await, Ok(2));
    assert_eq!(breaker("hedge: losers").stats().failed_calls, 0);
    assert_eq!(call(&[5, 7]).await, Err(Fault::Own));
    assert_eq!(breaker("hedge: losers").stats().failed_calls, 2);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_answers_what_the_hedge_could_not() {
    #[fallback(value = 7)]
    #[hedge(delay = 10ms, over(ms in each))]
    async fn call(each: &[u64]) -> u64 {
        sleep(millis(*ms)).await;
        *ms
    }
    assert_eq!(call(&[]).await, 7);
    assert_eq!(call(&[900, 2]).await, 2);
}
