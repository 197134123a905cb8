//! A delay that adjusts itself.

use resilient::registry;

use super::*;

#[tokio::test(start_paused = true)]
async fn it_is_learnt_from_a_hundred_first_attempts() {
    #[hedge(name = "hedge: p90", delay = p90, budget = unlimited, bind = attempt)]
    async fn call(ms: u64) -> Result<u64, Fault> {
        after(if attempt.number() == 1 { ms } else { 2 }).await
    }
    for ms in 1..=100 {
        assert_eq!(timed(call(ms * 2)).await, (Ok(ms * 2), u128::from(ms) * 2));
    }
    let hedge = registry().hedge("hedge: p90").unwrap();
    assert_eq!((hedge.delay(), hedge.stats().hedges), (Some(millis(182)), 0));
    assert_eq!(timed(call(500)).await, (Ok(2), 184));
    assert!(hedge.delay().unwrap() > millis(182));
}

#[tokio::test(start_paused = true)]
async fn with_an_initial_delay_the_first_call_is_hedged() {
    #[hedge(delay = p99.9(initial = 200ms), bind = attempt)]
    async fn call() -> Result<u64, Fault> {
        after(if attempt.number() == 1 { 900 } else { 2 }).await
    }
    assert_eq!(timed(call()).await, (Ok(2), 202));
}
