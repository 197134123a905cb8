//! Where a scope is current, and how it ends.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use resilient::testing::{Scope, scope, sleep};
use resilient::{BreakerPolicy, CircuitBreaker, registry, retry, timeout};

fn breaker() -> &'static CircuitBreaker {
    registry().circuit_breaker_or_insert("testing: lifetime", BreakerPolicy::new())
}

fn opened() -> Scope {
    let scope = scope();
    breaker().force_open();
    scope
}

#[test]
fn the_scope_that_was_made_or_entered_last_counts() {
    let outer = opened();
    let inner = scope();
    assert!(!breaker().state().is_open());
    let entered = outer.enter();
    assert!(breaker().state().is_open());
    drop(entered);
    assert!(!breaker().state().is_open());
    drop(inner);
    assert!(breaker().state().is_open());
    drop(outer);
    assert!(!breaker().state().is_open());
}

#[test]
fn scopes_may_end_in_any_order() {
    let outer = opened();
    let inner = scope();
    drop(outer);
    assert!(!breaker().state().is_open());
    inner.clock().advance(Duration::from_secs(1));
    drop(inner);
    assert!(!breaker().state().is_open());
}

#[test]
fn a_scope_of_a_thread_may_end_on_another() {
    let scope = opened();
    std::thread::spawn(move || drop(scope)).join().unwrap();
    assert!(!breaker().state().is_open());
}

#[test]
fn a_panic_ends_the_scope() {
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _scope = opened();
        assert!(!breaker().state().is_open(), "on purpose");
    }));
    assert!(panicked.is_err());
    assert!(!breaker().state().is_open());
}

#[test]
fn another_thread_is_not_in_the_scope_until_it_enters() {
    let scope = opened();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            assert!(!breaker().state().is_open());
            let entered = scope.enter();
            assert!(breaker().state().is_open());
            drop(entered);
            assert!(!breaker().state().is_open());
        });
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scope_of_a_runtime_is_current_wherever_that_runs() {
    let _scope = opened();
    assert!(tokio::spawn(async { breaker().state().is_open() }).await.unwrap());
    assert!(tokio::task::spawn_blocking(|| breaker().state().is_open()).await.unwrap());
    let other = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async { breaker().state().is_open() })
    });
    assert!(!other.join().unwrap());
}

#[timeout(1h)]
fn on_a_helper_thread() -> io::Result<bool> {
    Ok(breaker().state().is_open())
}

#[test]
fn helper_threads_act_in_the_scope_of_their_caller() {
    let scope = opened();
    assert!(on_a_helper_thread().unwrap());
    drop(scope);
    assert!(!on_a_helper_thread().unwrap());
}

#[timeout(1s)]
fn left_behind() -> io::Result<()> {
    sleep(Duration::from_secs(3_600));
    Ok(())
}

#[test]
fn a_scope_may_end_while_bodies_run_in_it() {
    let scope = scope();
    left_behind().unwrap_err();
    drop(scope);
    on_a_helper_thread().unwrap();
}

#[retry(max_attempts = 3, base_delay = 1h, max_delay = 9h, jitter = none)]
async fn retried(attempts: &std::sync::atomic::AtomicU32) -> Result<(), String> {
    attempts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    Err("down".to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_call_in_flight_goes_on_when_its_scope_ends() {
    let scope = scope();
    let call = tokio::spawn(async {
        let attempts = std::sync::atomic::AtomicU32::new(0);
        retried(&attempts).await.unwrap_err();
        attempts.into_inner()
    });
    tokio::task::yield_now().await;
    drop(scope);
    assert_eq!(call.await.unwrap(), 3);
}
