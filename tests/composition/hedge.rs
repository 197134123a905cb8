//! Hedges by hand around other policies.

use std::sync::Arc;
use std::time::Duration;

use resilient::{BreakerPolicy, CircuitBreaker, Failure, Hedge, HedgePolicy, TimeoutPolicy};
use tokio::time::{Instant, sleep};

const MS: Duration = Duration::from_millis(1);

fn hedge(policy: HedgePolicy) -> Hedge {
    Hedge::new("replicas", policy.unlimited_budget())
}

/// An attempt that ends after so many milliseconds, with an error if their number is odd.
async fn attempt(ms: u32) -> Result<u32, u32> {
    sleep(MS * ms).await;
    if ms.is_multiple_of(2) { Ok(ms) } else { Err(ms) }
}

#[tokio::test(start_paused = true)]
async fn a_first_attempt_that_is_refused_ends_the_call_and_a_hedge_that_is_refused_does_not() {
    let hedge = hedge(HedgePolicy::new(MS * 100));
    let open = CircuitBreaker::new("replica", BreakerPolicy::new());
    open.force_open();
    let start = Instant::now();
    let refused = hedge.try_race([2, 2], |ms| open.run(attempt(ms))).await.unwrap_err();
    assert!(refused.refusal().unwrap().is_circuit_open());
    assert_eq!((start.elapsed(), hedge.stats().hedges), (Duration::ZERO, 0));

    let open = Arc::new(open);
    let answer = hedge.try_race([300, 2], |ms| {
        let open = Arc::clone(&open);
        async move {
            match ms {
                300 => attempt(ms).await.map_err(Failure::Inner),
                _ => open.run(attempt(ms)).await,
            }
        }
    });
    assert_eq!((answer.await, start.elapsed()), (Ok(300), MS * 300));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_below_counts_as_an_error() {
    let hedge = hedge(HedgePolicy::new(MS * 500));
    let start = Instant::now();
    let limit = TimeoutPolicy::new(MS * 100);
    assert_eq!(hedge.try_race([700, 2], |ms| limit.run(attempt(ms))).await, Ok(2));
    assert_eq!(start.elapsed(), MS * 102);
}

#[tokio::test(start_paused = true)]
async fn no_hedge_starts_after_the_deadline_above() {
    let hedge = hedge(HedgePolicy::new(MS * 100));
    let limited = TimeoutPolicy::new(MS * 100).try_run(hedge.race([500, 2], attempt));
    assert!(limited.await.unwrap_err().refusal().unwrap().is_timed_out());
    assert_eq!(hedge.stats().hedges, 0);
}
