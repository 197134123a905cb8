//! `#[retry_budget]`: an outage in which retries are a share of the calls, and not three times as many.

use resilient::{RetryBudget, retry, retry_budget};

/// One retry for ten calls, and one each second.
#[retry_budget(share = 0.1, min_per_second = 1)]
static API: RetryBudget;

#[retry(base_delay = 1ms, budget = API)]
async fn user(id: u64) -> Result<u64, String> {
    Err(format!("no route to user {id}"))
}

/// Without a budget: every call is retried twice.
#[retry(base_delay = 1ms)]
async fn order(id: u64, requests: &std::cell::Cell<u64>) -> Result<u64, String> {
    requests.set(requests.get() + 1);
    Err(format!("no route to order {id}"))
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let requests = std::cell::Cell::new(0);
    for id in 0..1_000 {
        let _ = user(id).await;
        let _ = order(id, &requests).await;
    }
    let stats = API.stats();
    println!("1000 calls in an outage without a budget: {} requests", requests.get());
    println!("1000 calls in an outage with a budget: {} requests", 1_000 + stats.retries);
    println!("{stats:?}, {} tokens are left", API.available());
}
