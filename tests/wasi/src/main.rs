//! What the guide says of WebAssembly with WASI, which has a clock and can sleep, and has no threads.
//!
//! `CARGO_TARGET_WASM32_WASIP1_RUNNER="node $PWD/tests/wasi/run.mjs" cargo run -p resilient-wasi-tests --target
//! wasm32-wasip1` runs it there, and `cargo test -p resilient-wasi-tests` on this machine.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};

use resilient::{
    Error, RetryBudget, adaptive_throttle, bulkhead, circuit_breaker, fallback, hedge, rate_limit, registry, retry,
    retry_budget, timeout,
};

/// Fails twice, and then succeeds.
fn third_time(calls: &AtomicU32) -> Result<u32, &'static str> {
    let calls = calls.fetch_add(1, Ordering::Relaxed) + 1;
    if calls == 3 { Ok(calls) } else { Err("down") }
}

#[retry(max_attempts = 3, base_delay = 2ms)]
fn retried(calls: &AtomicU32) -> Result<u32, &'static str> {
    third_time(calls)
}

#[retry(max_attempts = 3, base_delay = 2ms)]
async fn retried_async(calls: &AtomicU32) -> Result<u32, &'static str> {
    third_time(calls)
}

#[retry_budget(share = 1.5, min_per_second = 0)]
static BUDGET: RetryBudget;

#[retry(max_attempts = unlimited, base_delay = 2ms, budget = BUDGET)]
fn retried_in_a_budget() -> Result<(), &'static str> {
    Err("down")
}

#[adaptive_throttle(name = "wasi", min_calls = 1)]
fn throttled() -> Result<u32, Error> {
    Ok(7)
}

#[circuit_breaker(name = "wasi", failure_threshold = 2)]
fn broken() -> Result<(), std::io::Error> {
    Err(std::io::ErrorKind::ConnectionRefused.into())
}

#[rate_limit(permits = 1, per = 1h)]
fn limited() -> Result<u32, Error> {
    Ok(7)
}

#[fallback(value = 9)]
#[bulkhead(max_concurrent = 1)]
fn in_a_bulkhead(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok(text.parse()?)
}

#[timeout(5ms)]
async fn hangs() -> Result<(), Error> {
    std::future::pending().await
}

#[hedge(delay = 2ms, max_hedges = 1)]
async fn hedged(attempts: &AtomicU32) -> Result<u32, Error> {
    match attempts.fetch_add(1, Ordering::Relaxed) {
        0 => std::future::pending().await,
        attempt => Ok(attempt),
    }
}

#[timeout(1h, cooperative)]
fn in_place() -> Result<u32, Error> {
    Ok(7)
}

#[timeout(1h)]
fn on_a_helper() -> Result<ThreadId, Error> {
    Ok(thread::current().id())
}

#[bulkhead(threads = 1)]
fn on_a_thread() -> Result<ThreadId, Error> {
    Ok(thread::current().id())
}

#[hedge(delay = 1h, max_hedges = 1)]
fn hedged_blocking() -> Result<ThreadId, Error> {
    Ok(thread::current().id())
}

/// An executor that asks again and again, as the library's timers want it where there is no thread for them.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        thread::yield_now();
    }
}

fn run() {
    assert_eq!(retried(&AtomicU32::new(0)), Ok(3));
    assert_eq!(block_on(retried_async(&AtomicU32::new(0))), Ok(3));
    assert_eq!(retried_in_a_budget(), Err("down"));
    assert_eq!(BUDGET.stats().retries, 1);
    assert_eq!(throttled().unwrap(), 7);
    let throttle = registry().adaptive_throttle("wasi").unwrap();
    (0..1_000).for_each(|_| throttle.record_failure());
    assert!((0..1_000).any(|_| throttled().is_err()));
    let kinds: Vec<_> = (0..3).map(|_| broken().unwrap_err().kind()).collect();
    assert_eq!(kinds[..2], [std::io::ErrorKind::ConnectionRefused; 2]);
    assert!(registry().circuit_breaker("wasi").is_some_and(|breaker| breaker.stats().rejected_calls == 1));
    assert_eq!(limited().unwrap(), 7);
    assert!(limited().unwrap_err().is_rate_limited());
    assert_eq!((in_a_bulkhead("7").unwrap(), in_a_bulkhead("seven").unwrap()), (7, 9));
    assert!(block_on(hangs()).unwrap_err().is_timed_out());
    assert_eq!(block_on(hedged(&AtomicU32::new(0))).unwrap(), 1);
    assert_eq!(in_place().unwrap(), 7);
    // Where there is one thread, it runs what others would.
    let here = thread::current().id();
    for thread in [on_a_helper().unwrap(), on_a_thread().unwrap(), hedged_blocking().unwrap()] {
        assert_eq!(thread == here, cfg!(target_family = "wasm"));
    }
    registry().verify().unwrap();
}

fn main() {
    run();
    println!("wasi: ok");
}

#[test]
fn it_does_the_same_here() {
    run();
}
