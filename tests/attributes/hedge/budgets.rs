//! The budget bounds the hedges.

use resilient::{RetryBudget, RetryBudgetPolicy, registry, retry, retry_budget};

use std::sync::atomic::{AtomicU32, Ordering};

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

/// Two calls that would hedge, of which the budget has a token for one: the attempts that both made in all.
async fn attempts<F: Future<Output = Result<u64, Fault>>>(call: impl Fn(&'static AtomicU32) -> F) -> u32 {
    let attempts = Box::leak(Box::default());
    assert_eq!((call(attempts).await, call(attempts).await), (Ok(20), Ok(20)));
    attempts.load(Ordering::Relaxed)
}

async fn slow(attempts: &AtomicU32) -> Result<u64, Fault> {
    attempts.fetch_add(1, Ordering::Relaxed);
    after(20).await
}

#[tokio::test(start_paused = true)]
async fn a_budget_is_shared_by_name_with_retries() {
    #[hedge(name = "hedge: by name", delay = 10ms, budget(name = "hedge: shared", share = 0, min_per_second = 1, burst = 1))]
    async fn call(attempts: &'static AtomicU32) -> Result<u64, Fault> {
        slow(attempts).await
    }
    #[retry(base_delay = 0s, budget = "hedge: shared")]
    async fn retried(attempts: &AtomicU32) -> Result<u64, Fault> {
        attempts.fetch_add(1, Ordering::Relaxed);
        Err(Fault::Own)
    }
    assert_eq!(attempts(call).await, 3);
    let retries = AtomicU32::new(0);
    assert_eq!(retried(&retries).await, Err(Fault::Own));
    assert_eq!(retries.load(Ordering::Relaxed), 1, "the hedge took the token");
    let budget = registry().retry_budget("hedge: shared").unwrap().stats();
    assert_eq!((budget.calls, budget.retries, budget.refused_retries), (3, 1, 2));
    let stats = registry().hedge("hedge: by name").unwrap().stats();
    assert_eq!((stats.calls, stats.hedges, stats.not_in_budget), (2, 1, 1));
}

#[retry_budget(share = 0, min_per_second = 1, burst = 1)]
static TOKENS: RetryBudget;

#[hedge(delay = 10ms)]
static WITH_TOKENS: Hedge;

#[tokio::test(start_paused = true)]
async fn a_budget_can_be_a_handle_beside_that_of_the_hedge() {
    #[hedge(WITH_TOKENS, budget = TOKENS)]
    async fn call(attempts: &'static AtomicU32) -> Result<u64, Fault> {
        slow(attempts).await
    }
    assert_eq!(attempts(call).await, 3);
    assert_eq!((TOKENS.stats().retries, WITH_TOKENS.stats().not_in_budget), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_budget_can_be_a_value_and_none_is_no_budget() {
    struct Client {
        budget: Option<RetryBudget>,
    }

    impl Client {
        #[hedge(delay = 10ms, budget = self.budget.as_ref())]
        async fn call(&self, attempts: &AtomicU32) -> Result<u64, Fault> {
            slow(attempts).await
        }
    }
    let one = RetryBudgetPolicy::new().share(0.0).min_per_second(1).burst(1);
    for (budget, expected) in [(None, 4), (Some(RetryBudget::new("hedge: value", one)), 3)] {
        let client: &Client = Box::leak(Box::new(Client { budget }));
        assert_eq!(attempts(move |attempts| client.call(attempts)).await, expected);
    }
}

#[test]
fn sync_functions_take_the_same_budgets() {
    #[hedge(delay = 1h, budget = "hedge: sync tokens")]
    fn call() -> Result<(), Fault> {
        Err(Fault::Own)
    }
    #[hedge(delay = 1h, budget(name = "hedge: sync tokens", share = 0, min_per_second = 1, burst = 1))]
    fn with_settings() -> Result<(), Fault> {
        Err(Fault::Own)
    }
    assert_eq!((call(), with_settings(), call()), (Err(Fault::Own), Err(Fault::Own), Err(Fault::Own)));
    let stats = registry().retry_budget("hedge: sync tokens").unwrap().stats();
    assert_eq!((stats.calls, stats.refused_retries >= 1), (3, true));
}
