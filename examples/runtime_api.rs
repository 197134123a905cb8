//! The policies without attributes, for calls that are not functions of their own, or for settings that are known only
//! at run time.

use std::time::Duration;

use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, Failure, Jitter, RetryPolicy, TimeoutPolicy, registry,
};

/// Policies are plain values. As constants they are checked when compiled: `max_attempts(0)` would be an error here.
const RETRY: RetryPolicy =
    RetryPolicy::new().max_attempts(5).base_delay(Duration::from_millis(10)).jitter(Jitter::Equal).checked();
const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_millis(50));
const BREAKER: BreakerPolicy = BreakerPolicy::new().failure_threshold(3).recovery_timeout(Duration::from_millis(100));

async fn call_service(attempt: u32) -> Result<&'static str, String> {
    match attempt {
        1 => Err("busy".to_owned()),
        2 => std::future::pending().await,
        _ => Ok("an answer"),
    }
}

/// The same as a stack of attributes: a loop over attempts, each with a permit, a slot and a time limit.
async fn by_hand(breaker: &CircuitBreaker, bulkhead: &Bulkhead) -> Result<&'static str, Failure<String>> {
    let mut attempts = RETRY.attempts();
    let mut last = Failure::Inner("no attempt was made".to_owned());
    while let Some(attempt) = attempts.next().await {
        let permit = breaker.try_acquire()?;
        // A permit that is dropped without an outcome counts as ignored.
        let _slot = bulkhead.acquire().await?;
        last = match LIMIT.run(call_service(attempt.number())).await {
            Ok(answer) => {
                permit.success();
                return Ok(answer);
            }
            Err(failure) => failure,
        };
        permit.failure();
        println!("  attempt {}: {last}", attempt.number());
        if last.inner().is_some_and(|error| error == "busy") {
            attempts.retry_after(Duration::from_millis(30));
        }
    }
    Err(last)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // Shared with every attribute that has `name = "service"`; `CircuitBreaker::new` makes one that is not shared.
    let breaker = registry().circuit_breaker_or_insert("service", BREAKER);
    let bulkhead = Bulkhead::new("service", BulkheadPolicy::new(4).max_wait(Duration::from_millis(20)));
    println!("by hand");
    println!("  {:?}, {:?}", by_hand(breaker, &bulkhead).await, breaker.state());

    println!("composed: the innermost runs what has plain errors, the others try what may be refused");
    let mut attempt = 0;
    let answer = RETRY.try_run(|| {
        attempt += 1;
        breaker.try_run(bulkhead.try_run(LIMIT.run(call_service(attempt))))
    });
    println!("  {:?} at attempt {attempt}", answer.await);

    println!("the short forms, async");
    println!("  {:?}", RETRY.run(|| async { Err::<(), _>("never") }).await);
    println!("  {:?}", breaker.run(call_service(3)).await);
    println!("  {:?}", LIMIT.run_infallible(tokio::time::sleep(Duration::from_secs(1))).await);

    println!("and sync");
    let mut tries = 0;
    let answer = RETRY.call(|| {
        tries += 1;
        if tries < 3 { Err("not yet") } else { Ok(tries) }
    });
    println!("  {answer:?}");
    println!("  {:?}", LIMIT.call_infallible(|| std::thread::sleep(Duration::from_secs(1))));
    println!("  {:?}", bulkhead.try_acquire().map(|_slot| "a slot for as long as it is kept"));
    for _ in 0..4 {
        println!("  {:?}, {:?}", breaker.call(|| Err::<(), _>("down")), breaker.state());
    }
}
