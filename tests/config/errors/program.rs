//! The program whose configurations the files beside this one are.

use std::time::Duration;

use resilient::{
    Bulkhead, Error, RateLimitPolicy, RateLimiter, RetryBudget, adaptive_throttle, apply, bulkhead, circuit_breaker,
    hedge, policy, rate_limit, retry, retry_budget, timeout,
};

#[timeout(10s)]
#[retry(max_attempts = 3, base_delay = 100ms)]
#[circuit_breaker(name = "errors: users", failure_threshold = 3)]
#[timeout(1s)]
async fn user() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(1s, function = "user_2")]
async fn second_user() -> Result<u32, Error> {
    Ok(2)
}

#[retry(max_attempts = 3, backoff = [1s, 2s])]
async fn listed() -> Result<u32, Error> {
    Ok(1)
}

#[circuit_breaker(name = "errors: hosts", key = host)]
async fn by_host(host: &str) -> Result<u32, Error> {
    Ok(u32::from(host.is_empty()))
}

#[rate_limit(permits = 5)]
async fn rated() -> Result<u32, Error> {
    Ok(1)
}

#[bulkhead(max_concurrent = 5, max_wait = 1s)]
async fn waiting() -> Result<u32, Error> {
    Ok(1)
}

#[bulkhead(threads = 1)]
fn threaded() -> Result<u32, Error> {
    Ok(1)
}

#[bulkhead(slots)]
async fn given(slots: &Bulkhead) -> Result<u32, Error> {
    Ok(u32::from(slots.name().is_empty()))
}

#[hedge(delay = 1s)]
async fn hedged() -> Result<u32, Error> {
    Ok(1)
}

#[adaptive_throttle]
async fn throttled() -> Result<u32, Error> {
    Ok(1)
}

#[retry_budget(share = 0.1)]
static ERRORS_TOKENS: RetryBudget;

policy! {
    errors_upstream = #[timeout(1s)];
    errors_unused = #[timeout(1s)];
}

#[apply(errors_upstream)]
async fn by_stack() -> Result<u32, Error> {
    Ok(1)
}

struct First;
struct Second;
struct Third;

impl First {
    #[timeout(1s)]
    async fn twin(&self) -> Result<u32, Error> {
        Ok(1)
    }
}

impl Second {
    #[timeout(1s)]
    async fn twin(&self) -> Result<u32, Error> {
        Ok(2)
    }
}

impl Third {
    #[timeout(1s, function = "Third::twin")]
    async fn twin(&self) -> Result<u32, Error> {
        Ok(3)
    }
}

#[timeout(10s)]
#[retry(max_attempts = 3, base_delay = 1s, backoff = constant, jitter = none)]
async fn patient() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(10s)]
#[retry(max_attempts = 3, backoff = [1s, 2s])]
async fn listed_in_time() -> Result<u32, Error> {
    Ok(1)
}

#[retry(max_attempts = 3, backoff = [1s, 0s])]
async fn listed_to_zero() -> Result<u32, Error> {
    Ok(1)
}

#[retry(max_attempts = 3, base_delay = pause)]
async fn computed(pause: Duration) -> Result<u32, Error> {
    Ok(u32::from(pause.is_zero()))
}

#[timeout(5s)]
#[hedge(delay = 1s)]
#[bulkhead(name = "errors: hedged", max_concurrent = 5)]
async fn hedged_in_time() -> Result<u32, Error> {
    Ok(1)
}

#[hedge(delay = 1s)]
#[bulkhead(threads = 2)]
fn hedged_on_threads() -> Result<u32, Error> {
    Ok(1)
}

#[retry(max_attempts = 2)]
#[timeout(1s, step = 1s)]
async fn stepped() -> Result<u32, Error> {
    Ok(1)
}

#[rate_limit(permits = 5, cost = 4)]
async fn costly() -> Result<u32, Error> {
    Ok(1)
}

#[rate_limit(permits = 5, paused_if = |_: &Error| false)]
async fn paused() -> Result<u32, Error> {
    Ok(1)
}

#[rate_limit(permits = 5, key = host)]
async fn rated_by_host(host: &str) -> Result<u32, Error> {
    Ok(u32::from(host.is_empty()))
}

#[rate_limit(policy = RateLimitPolicy::HOLDS_ONLY)]
static ERRORS_HELD: RateLimiter;

#[tokio::test(start_paused = true)]
async fn the_program_runs() {
    let slots = Bulkhead::new("slots", resilient::BulkheadPolicy::new(1));
    assert_eq!(ERRORS_TOKENS.name(), "errors_tokens");
    tokio::time::sleep(Duration::ZERO).await;
    let plain = [user().await, second_user().await, listed().await, rated().await, waiting().await, threaded()];
    let others = [hedged().await, throttled().await, by_stack().await, given(&slots).await, by_host("a").await];
    let between = [patient().await, listed_in_time().await, hedged_in_time().await, hedged_on_threads()];
    let alone = [
        rated_by_host("a").await,
        stepped().await,
        listed_to_zero().await,
        computed(Duration::ZERO).await,
        costly().await,
        paused().await,
    ];
    assert_eq!(ERRORS_HELD.name(), "errors_held");
    let twins = [First.twin().await, Second.twin().await, Third.twin().await];
    assert!(plain.iter().chain(&others).chain(&between).chain(&alone).chain(&twins).all(Result::is_ok));
}
