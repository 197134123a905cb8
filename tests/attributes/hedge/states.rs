//! The state of a hedge: the function's own, by name, a handle, a value, a policy.

use std::sync::Arc;

use resilient::registry;

use super::*;

#[hedge(delay = 10ms, budget = unlimited)]
static REPLICAS: Hedge;

const POLICY: HedgePolicy = HedgePolicy::new(Duration::from_millis(10)).unlimited_budget();

#[tokio::test(start_paused = true)]
async fn a_handle_is_shared() {
    #[hedge(REPLICAS, bind = attempt)]
    async fn one() -> Result<u64, Fault> {
        after(if attempt.number() == 1 { 900 } else { 2 }).await
    }
    #[hedge(name = "replicas")]
    async fn two() -> Result<u64, Fault> {
        after(8).await
    }
    assert_eq!(timed(one()).await, (Ok(2), 12));
    assert_eq!(timed(two()).await, (Ok(8), 8));
    let stats = REPLICAS.stats();
    assert_eq!((stats.calls, stats.hedges, stats.won_by_hedge, stats.not_in_budget), (2, 1, 1, 0));
    let replicas: &Hedge = &REPLICAS;
    assert!(std::ptr::eq(registry().hedge("replicas").unwrap(), replicas));
    assert!(registry().hedges().iter().any(|hedge| std::ptr::eq(*hedge, replicas)));
}

#[tokio::test(start_paused = true)]
async fn a_value_may_be_none() {
    struct Client {
        hedge: Option<Arc<Hedge>>,
    }

    impl Client {
        #[hedge(self.hedge, bind = attempt)]
        async fn read(&self) -> Result<u64, Fault> {
            after(if attempt.number() == 1 { 900 } else { 2 }).await
        }
    }
    let hedge = Arc::new(Hedge::new("value", POLICY));
    assert_eq!(timed(Client { hedge: Some(Arc::clone(&hedge)) }.read()).await, (Ok(2), 12));
    assert_eq!(timed(Client { hedge: None }.read()).await, (Ok(900), 900));
    assert_eq!(hedge.stats().calls, 1);
}

#[tokio::test(start_paused = true)]
async fn settings_change_a_policy() {
    #[hedge(policy = POLICY, bind = attempt)]
    async fn alone() -> Result<u64, Fault> {
        after(if attempt.number() == 1 { 900 } else { 2 }).await
    }
    #[hedge(policy = POLICY, delay = 50ms, max_hedges = 2, bind = attempt)]
    async fn changed() -> Result<u64, Fault> {
        after(if attempt.number() < 3 { 900 } else { 2 }).await
    }
    assert_eq!(timed(alone()).await, (Ok(2), 12));
    assert_eq!(timed(changed()).await, (Ok(2), 102));
}
