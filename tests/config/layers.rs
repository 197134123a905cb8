//! Layers of functions: retries, timeouts, and what has state of its own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use resilient::{BreakerPolicy, CircuitBreaker, Error, RetryPolicy, bulkhead, circuit_breaker, retry, timeout};
use tokio::time::Instant;

use crate::{Config, refusal};

#[retry(max_attempts = 2, base_delay = 1ms, jitter = none)]
fn twice(calls: &AtomicU32) -> Result<(), Error> {
    calls.fetch_add(1, Ordering::Relaxed);
    Err(refusal())
}

fn calls_of(call: impl Fn(&AtomicU32) -> Result<(), Error>) -> u32 {
    let calls = AtomicU32::new(0);
    let _ = call(&calls);
    calls.load(Ordering::Relaxed)
}

#[test]
fn a_retry_has_the_attempts_of_its_entry_and_then_again_its_own() {
    let config = Config::alone();
    assert_eq!(calls_of(twice), 2);
    config.apply("[function.\"config::layers::twice\".retry]\nmax_attempts = 5\nbase_delay = \"2ms\"").unwrap();
    assert_eq!(calls_of(twice), 5);
    config.apply("[function.\"config::layers::twice\".retry]\nenabled = false").unwrap();
    assert_eq!(calls_of(twice), 1);
    config.apply("").unwrap();
    assert_eq!(calls_of(twice), 2);
}

/// As an attribute may: `#[retry(base_delay = 0s, jitter = none)]`.
#[test]
fn delays_of_zero_may_be_said_to_be_all_alike() {
    let config = Config::alone();
    for word in ["jitter = \"none\"", "backoff = \"constant\""] {
        let entry = "[function.\"config::layers::twice\".retry]\nmax_attempts = 4\nbase_delay = \"0s\"";
        config.apply(&format!("{entry}\n{word}")).unwrap();
        assert_eq!(calls_of(twice), 4, "{word}");
    }
}

const BY_POLICY: RetryPolicy<Error> =
    RetryPolicy::new().max_attempts(3).base_delay(Duration::from_millis(1)).retry_if(Error::is_circuit_open);

#[retry(policy = BY_POLICY)]
fn by_policy(calls: &AtomicU32) -> Result<(), Error> {
    calls.fetch_add(1, Ordering::Relaxed);
    Err(refusal())
}

#[test]
fn settings_of_a_given_policy_change_and_its_functions_stay() {
    let config = Config::alone();
    assert_eq!(calls_of(by_policy), 3);
    config.apply("[function.\"config::layers::by_policy\".retry]\nmax_attempts = 4").unwrap();
    assert_eq!(calls_of(by_policy), 4);
    let shown = resilient::config::effective().to_string();
    assert!(shown.contains("max_attempts = 4 (configuration:2)"), "{shown}");
    assert!(shown.contains("base_delay = 1ms (as written)"), "{shown}");
}

#[retry(max_attempts = 3, exhausted = wrap, base_delay = 1ms, on_give_up = |_| panic!("it is switched off"))]
fn wrapped(calls: &AtomicU32) -> Result<(), Error> {
    calls.fetch_add(1, Ordering::Relaxed);
    Err(refusal())
}

#[test]
fn a_retry_that_is_switched_off_wraps_nothing_and_calls_nobody() {
    let _config = Config::of("[all.retry]\nenabled = false");
    let calls = AtomicU32::new(0);
    assert!(wrapped(&calls).unwrap_err().is_circuit_open());
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[timeout(10s)]
#[bulkhead(max_concurrent = 9)]
#[timeout(8s)]
async fn slow() -> Result<(), Error> {
    tokio::time::sleep(Duration::from_secs(60)).await;
    Ok(())
}

async fn took(call: impl Future<Output = Result<(), Error>>) -> (u64, bool) {
    let begun = Instant::now();
    let outcome = call.await;
    (begun.elapsed().as_secs(), outcome.is_err_and(|error| error.is_timed_out()))
}

#[tokio::test(start_paused = true)]
async fn each_timeout_of_a_function_has_its_place() {
    let config = Config::alone();
    let apply = |first: &str, second: &str| {
        let function = "function.\"config::layers::slow\"";
        config.apply(&format!("[{function}.timeout]\n{first}\n[{function}.timeout.2]\n{second}")).unwrap();
    };
    assert_eq!(took(slow()).await, (8, true));
    apply("", "duration = \"3s\"");
    assert_eq!(took(slow()).await, (3, true));
    apply("", "enabled = false");
    assert_eq!(took(slow()).await, (10, true));
    apply("enabled = false", "enabled = false");
    assert_eq!(took(slow()).await, (60, false));
    apply("duration = \"5s\"", "");
    assert_eq!(took(slow()).await, (5, true));
}

#[timeout(10s)]
fn thread_of() -> Result<thread::ThreadId, Error> {
    Ok(thread::current().id())
}

#[test]
fn a_sync_timeout_that_is_switched_off_runs_its_body_in_place() {
    let config = Config::alone();
    assert_ne!(thread_of().unwrap(), thread::current().id());
    config.apply("[all.timeout]\nenabled = false").unwrap();
    assert_eq!(thread_of().unwrap(), thread::current().id());
}

#[bulkhead(max_concurrent = 1)]
fn one_at_a_time(inside: impl FnOnce() -> Result<u32, Error>) -> Result<u32, Error> {
    inside()
}

#[test]
fn state_of_a_function_is_changed_and_switched_off() {
    let config = Config::alone();
    let nested = || one_at_a_time(|| one_at_a_time(|| Ok(7)));
    assert!(nested().unwrap_err().is_bulkhead_full());
    config.apply("[function.\"config::layers::one_at_a_time\".bulkhead]\nmax_concurrent = 2").unwrap();
    assert_eq!(nested().unwrap(), 7);
    assert!(one_at_a_time(nested).unwrap_err().is_bulkhead_full());
    config.apply("[function.\"config::layers::one_at_a_time\".bulkhead]\nenabled = false").unwrap();
    assert_eq!(one_at_a_time(nested).unwrap(), 7);
    config.apply("").unwrap();
    assert!(nested().unwrap_err().is_bulkhead_full());
}

#[circuit_breaker(breaker)]
fn given(breaker: &CircuitBreaker) -> Result<u32, Error> {
    let _ = breaker;
    Ok(1)
}

#[test]
fn a_value_is_left_out_of_a_layer_that_is_switched_off() {
    let config = Config::alone();
    let breaker = CircuitBreaker::new("given", BreakerPolicy::new());
    breaker.force_open();
    assert!(given(&breaker).unwrap_err().is_circuit_open());
    config.apply("[function.\"config::layers::given\".circuit_breaker]\nenabled = false").unwrap();
    assert_eq!(given(&breaker).unwrap(), 1);
    let error =
        config.apply("[function.\"config::layers::given\".circuit_breaker]\nfailure_threshold = 3").unwrap_err();
    assert!(error.to_string().contains("its state is a value"), "{error}");
}
