//! The budget bounds the hedges.

use resilient::registry;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_hedge_is_made_for_one_call_in_ten_and_one_each_second() {
    #[hedge(name = "hedge: budget", delay = 10ms)]
    async fn call() -> Result<u64, Fault> {
        after(20).await
    }
    for _ in 0..40 {
        assert_eq!(timed(call()).await, (Ok(20), 20));
    }
    let stats = registry().hedge("hedge: budget").unwrap().stats();
    // It begins with the token of one second; 40 calls earn 4.
    assert_eq!((stats.calls, stats.hedges + stats.not_in_budget, stats.won_by_hedge), (40, 40, 0));
    assert!((5..=6).contains(&stats.hedges), "{stats:?}");
}

#[tokio::test(start_paused = true)]
async fn the_budget_has_settings() {
    #[hedge(name = "hedge: own budget", delay = 10ms, budget(share = 1, min_per_second = 0, earned_by = successes))]
    async fn call(ms: u64) -> Result<u64, Fault> {
        after(ms).await
    }
    call(20).await.unwrap();
    call(20).await.unwrap();
    let stats = registry().hedge("hedge: own budget").unwrap().stats();
    assert_eq!((stats.hedges, stats.not_in_budget), (1, 1));
}
