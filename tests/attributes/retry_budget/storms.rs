//! Outages: how many requests all calls make together.

use super::*;
use std::sync::atomic::{AtomicU64, Ordering};

#[retry(max_attempts = 4, base_delay = 1ms, backoff = constant, jitter = none, budget = budget)]
async fn down(budget: &RetryBudget, requests: &AtomicU64) -> Result<(), ()> {
    requests.fetch_add(1, Ordering::Relaxed);
    Err(())
}

/// So many calls in an outage, each of which begins this long after the one before has ended. Returns the requests.
async fn outage(budget: &RetryBudget, calls: u64, every: Duration) -> u64 {
    let requests = AtomicU64::new(0);
    for _ in 0..calls {
        let _ = down(budget, &requests).await;
        advance(every).await;
    }
    requests.into_inner()
}

#[tokio::test(start_paused = true)]
async fn an_outage_makes_a_fifth_more_requests_and_what_time_earns() {
    let budget = RetryBudget::new("outage", RetryBudgetPolicy::new());
    let start = tokio::time::Instant::now();
    let requests = outage(&budget, 10_000, Duration::from_millis(1)).await;
    let by_time = u64::try_from(start.elapsed().as_millis()).unwrap() / 100;
    let most = 12_000 + by_time + 10;
    assert!((most - 2..=most).contains(&requests), "what is earned can be used, and no more: {requests} of {most}");
}

#[tokio::test(start_paused = true)]
async fn every_share_is_exact() {
    for (share, calls, retries) in
        [(0.01, 1_000, 10), (0.05, 1_000, 50), (0.6, 1_000, 600), (1.0, 500, 500), (2.5, 200, 500)]
    {
        let budget = RetryBudget::new("share", RetryBudgetPolicy::new().share(share).min_per_second(0));
        let requests = outage(&budget, calls, Duration::ZERO).await;
        assert_eq!(requests, calls + retries, "{share}");
    }
}

#[tokio::test(start_paused = true)]
async fn ten_tokens_for_each_call_are_ten_retries() {
    #[retry(max_attempts = unlimited, base_delay = 1ms, backoff = constant, budget = budget)]
    async fn down(budget: &RetryBudget, requests: &AtomicU64) -> Result<(), ()> {
        requests.fetch_add(1, Ordering::Relaxed);
        Err(())
    }

    let budget = RetryBudget::new("ten", RetryBudgetPolicy::new().share(10.0).min_per_second(0));
    let requests = AtomicU64::new(0);
    for _ in 0..20 {
        assert!(down(&budget, &requests).await.is_err());
    }
    assert_eq!(requests.into_inner(), 20 * 11);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_was_idle_keeps_no_more_than_the_burst() {
    let budget = RetryBudget::new("idle", RetryBudgetPolicy::new().share(0.0).min_per_second(2).burst(5));
    assert_eq!(outage(&budget, 4, Duration::ZERO).await, 4 + 2, "it begins with those of one second");
    advance(Duration::from_secs(3600)).await;
    assert_eq!(outage(&budget, 4, Duration::ZERO).await, 4 + 5);
}

#[tokio::test(start_paused = true)]
async fn earning_goes_on_after_an_outage() {
    #[retry(max_attempts = 2, base_delay = 1ms, budget = budget)]
    async fn up(budget: &RetryBudget) -> Result<(), ()> {
        Ok(())
    }

    let policy = RetryBudgetPolicy::new().share(0.5).min_per_second(0).earned_by(EarnedBy::Successes);
    let budget = RetryBudget::new("recovers", policy);
    assert_eq!(outage(&budget, 50, Duration::ZERO).await, 50, "nothing was earned");
    for _ in 0..10 {
        assert!(up(&budget).await.is_ok());
    }
    assert_eq!(budget.available(), 5);
    assert_eq!(outage(&budget, 50, Duration::ZERO).await, 55);
}

#[test]
fn threads_together_make_no_more_retries_than_are_earned() {
    #[retry(max_attempts = 5, base_delay = 0s, budget = budget)]
    fn down(budget: &RetryBudget) -> Result<(), ()> {
        Err(())
    }

    let budget = RetryBudget::new("threads", RetryBudgetPolicy::new().share(0.25).min_per_second(0).burst(10_000));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..500).for_each(|_| assert!(down(&budget).is_err())));
        }
    });
    let (calls, retries, _) = counts(&budget);
    assert_eq!((calls, retries + budget.available()), (4_000, 1_000), "no token is lost or made up");
}
