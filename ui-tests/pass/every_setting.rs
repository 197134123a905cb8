use std::time::Duration;

use resilient::{
    Attempt, BreakerPolicy, BulkheadPolicy, Error, Jitter, RetryBudgetPolicy, RetryEvent, RetryPolicy, TimeoutPolicy, bulkhead,
    circuit_breaker, fallback, retry, timeout,
};

const RETRY: RetryPolicy = RetryPolicy::new().max_attempts(4);
const BREAKER: BreakerPolicy = BreakerPolicy::new().failure_rate(0.25).count_window(50);
const TIMEOUT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
const BULKHEAD: BulkheadPolicy = BulkheadPolicy::new(3);
const BUDGET: RetryBudgetPolicy = RetryBudgetPolicy::new().share(1.0);
const NAME: &str = "named by a constant";
const LIMIT: Duration = Duration::from_secs(2);

fn always(_: &Error) -> bool {
    true
}

fn asked_for(_: &Error) -> Option<Duration> {
    None
}

fn observe(event: &RetryEvent<'_, Error>) {
    let _ = event;
}

#[fallback(cached, |_| Ok(0), value = 3, fallback_if = always)]
#[retry(
    max_attempts = 4,
    backoff = fibonacci,
    base_delay = 10ms,
    max_delay = "1s 500ms",
    jitter = 0.25,
    max_elapsed = 1min,
    deadline = ignore,
    retry_on(Error::TimedOut { .. } | Error::BulkheadFull { limit: 1..=3, .. } if id > 1),
    retry_if_ok = |value: &u64| *value == 0,
    retry_after = asked_for,
    max_retry_after = 10s,
    retry_refused(timed_out, bulkhead_full, circuit_open),
    budget(name = "every setting", share = 0.5, min_per_second = 1, burst = 10, earned_by = successes, policy = BUDGET),
    on_retry = observe,
    exhausted = wrap,
    map_err = std::convert::identity,
    bind = attempt
)]
#[circuit_breaker(
    name = "every setting",
    failure_rate = 0.5,
    window = 10s,
    min_calls = 5,
    slow_call = 1s,
    slow_call_rate = 1,
    recovery_timeout = 5s,
    recovery_backoff = 2,
    max_recovery_timeout = 1min,
    half_open_max_calls = 1,
    probe_timeout = 20s,
    success_threshold = 1,
    on_state_change = |change| assert!(change.number > 0),
    failure_on(_),
    map_err = |error| error
)]
#[timeout(duration = LIMIT, step = 1s, map_err = |error| error)]
#[bulkhead(name = NAME, max_concurrent = 3, max_wait = 1s, max_queue = 4, map_err = |error| error)]
async fn everything(id: u64) -> Result<u64, Error> {
    let attempt: Attempt = attempt;
    Ok(id + u64::from(attempt.number()))
}

async fn cached(id: u64) -> Result<u64, Error> {
    Ok(id)
}

#[fallback(default)]
#[retry(policy = RETRY, backoff = exponential, exponential_base = 3, jitter = Jitter::Full, retry_if = always)]
#[circuit_breaker(name = "by policy", policy = BREAKER, failure_if = always)]
#[timeout(policy = TIMEOUT)]
#[bulkhead(policy = BULKHEAD)]
async fn by_policy() -> Result<u64, Error> {
    Ok(1)
}

#[retry(max_attempts = unlimited, max_elapsed = 1h, exhausted = last_error)]
#[timeout(500ms, cooperative)]
fn sync(name: &str) -> Result<usize, Error> {
    Ok(name.len())
}

fn main() {
    drop((everything(1), by_policy()));
    assert_eq!(sync("name").unwrap(), 4);
}
