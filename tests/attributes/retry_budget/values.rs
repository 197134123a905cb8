//! Budgets that are values: fields, in an `Arc`, of futures that are spawned.

use super::*;
use std::sync::Arc;

struct Client {
    budget: Arc<RetryBudget>,
    optional: Option<RetryBudget>,
    tries: u32,
}

impl Client {
    fn new() -> Self {
        Self { budget: Arc::new(RetryBudget::new("client", ONE)), optional: None, tries: 0 }
    }

    #[retry(max_attempts = 5, base_delay = 1ms, budget = self.budget)]
    async fn shared(&self) -> Result<(), ()> {
        Err(())
    }

    #[retry(max_attempts = 5, base_delay = 1ms, budget = self.budget.clone())]
    async fn exclusive(&mut self) -> Result<(), u32> {
        self.count();
        Err(self.tries)
    }

    #[retry(max_attempts = 2, base_delay = 1ms, budget = self.optional)]
    fn sync(&self) -> Result<(), ()> {
        Err(())
    }

    fn count(&mut self) {
        self.tries += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn a_field_is_the_budget_of_its_instance() {
    let (first, second) = (Client::new(), Client::new());
    assert!(first.shared().await.is_err() && second.shared().await.is_err());
    assert_eq!((counts(&first.budget), counts(&second.budget)), ((1, 1, 1), (1, 1, 1)));
}

#[tokio::test(start_paused = true)]
async fn a_clone_leaves_a_mutable_self_to_the_body() {
    let mut client = Client::new();
    assert_eq!(client.exclusive().await, Err(2));
    assert_eq!(counts(&client.budget), (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_sync_method_takes_an_optional_budget() {
    let mut client = Client::new();
    assert!(client.sync().is_err());
    client.optional = Some(RetryBudget::new("optional", ONE));
    assert!(client.sync().is_err());
    assert_eq!(client.optional.as_ref().map(counts), Some((1, 1, 0)));
}

#[tokio::test(start_paused = true)]
async fn a_future_with_a_budget_can_be_spawned() {
    const POLICY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    let client = Arc::new(Client::new());
    let spawned = Arc::clone(&client);
    let call = tokio::spawn(async move {
        let by_attribute = spawned.shared().await;
        let by_hand = POLICY.with_budget(&spawned.budget).run(async || Err::<(), _>(())).await;
        let mut attempts = POLICY.attempts().with_budget(&spawned.budget);
        (by_attribute, by_hand, attempts.again(()).await)
    });
    assert_eq!(call.await.unwrap(), (Err(()), Err(()), Err(())));
    assert_eq!(counts(&client.budget), (3, 1, 3));
}
