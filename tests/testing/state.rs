//! Each scope has state of its own.

use std::io;
use std::time::Duration;

use resilient::testing::scope;
use resilient::{BreakerPolicy, Bulkhead, CircuitBreaker, CircuitState, bulkhead, circuit_breaker, registry};

#[circuit_breaker(name = "testing: users", failure_threshold = 2)]
async fn users(works: bool) -> io::Result<()> {
    if works { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
}

#[bulkhead(max_concurrent = 1)]
fn its_own(inner: impl FnOnce()) -> io::Result<()> {
    inner();
    Ok(())
}

#[circuit_breaker(failure_threshold = 1)]
static STATIC: CircuitBreaker;

#[circuit_breaker(STATIC)]
fn by_static() -> io::Result<()> {
    Err(io::ErrorKind::TimedOut.into())
}

#[bulkhead(max_concurrent = 1)]
static SLOT: Bulkhead;

fn state() -> CircuitState {
    registry().circuit_breaker("testing: users").expect("it is in the program").state()
}

async fn fails_twice_and_opens() {
    let _scope = scope();
    assert_eq!(state(), CircuitState::Closed);
    for _ in 0..2 {
        users(false).await.unwrap_err();
        tokio::task::yield_now().await;
    }
    assert_eq!(state(), CircuitState::Open);
    let refused = users(true).await.unwrap_err();
    assert!(refused.to_string().contains("circuit breaker"), "{refused}");
    assert_eq!(registry().circuit_breaker("testing: users").unwrap().stats().total_calls, 2);
}

#[test]
fn two_hundred_tests_in_parallel_with_one_breaker_never_meet() {
    let test = |number: usize| {
        let runtime = match number % 2 {
            0 => tokio::runtime::Builder::new_current_thread().enable_all().build(),
            _ => tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build(),
        };
        runtime.unwrap().block_on(async {
            // On a worker, where there is one.
            tokio::spawn(async { fails_twice_and_opens().await }).await.unwrap();
            fails_twice_and_opens().await;
        });
    };
    std::thread::scope(|threads| {
        let tests: Vec<_> = (0..200).map(|number| threads.spawn(move || test(number))).collect();
        assert!(tests.into_iter().all(|test| test.join().is_ok()));
    });
    assert_eq!(state(), CircuitState::Closed);
    assert_eq!(registry().circuit_breaker("testing: users").unwrap().stats().total_calls, 0);
}

#[test]
fn a_function_has_its_own_state_in_each_scope() {
    let full = |within: &str| its_own(|| ()).unwrap_err().to_string().contains(within);
    its_own(|| {
        assert!(full("bulkhead"));
        let _scope = scope();
        its_own(|| assert!(full("bulkhead"))).unwrap();
    })
    .unwrap();
}

#[test]
fn a_handle_is_the_state_of_the_scope_and_what_was_taken_outside_stays() {
    let outside: &'static CircuitBreaker = &STATIC;
    let scope = scope();
    by_static().unwrap_err();
    assert!(STATIC.state().is_open() && !outside.state().is_open());
    assert!(std::ptr::eq::<CircuitBreaker>(&raw const *STATIC, registry().circuit_breaker("static").unwrap()));
    let inside: &'static CircuitBreaker = &STATIC;
    drop(scope);
    assert!(!STATIC.state().is_open() && inside.state().is_open(), "it lives until the process ends");
}

#[test]
fn the_registry_lists_the_state_of_the_scope() {
    let _scope = scope();
    let held = SLOT.try_acquire().unwrap();
    let listed = registry().bulkheads().into_iter().find(|bulkhead| bulkhead.name() == "slot").unwrap();
    assert_eq!(listed.in_flight(), 1);
    drop(held);
    assert!(registry().circuit_breaker("testing: made by hand").is_none());
    registry().circuit_breaker_or_insert("testing: made by hand", BreakerPolicy::new());
    let _inner = resilient::testing::Scope::enter(&scope());
    assert!(registry().circuit_breaker("testing: made by hand").is_none());
}

#[test]
fn values_are_not_scoped() {
    let breaker = CircuitBreaker::new("testing: a value", BreakerPolicy::new());
    let _scope = scope();
    breaker.force_open();
    assert!(breaker.state().is_open());
}

#[test]
fn a_shutdown_is_of_the_scope() {
    let scope = scope();
    registry().shutdown_all(Duration::ZERO);
    assert!(SLOT.try_acquire().is_err());
    drop(scope);
    assert!(SLOT.try_acquire().is_ok());
}

#[test]
fn listeners_are_of_the_scope() {
    use std::sync::atomic::{AtomicU32, Ordering};
    static OUTSIDE: AtomicU32 = AtomicU32::new(0);
    static INSIDE: AtomicU32 = AtomicU32::new(0);

    let count = |counter: &'static AtomicU32| {
        move |_: &resilient::events::Event<'_>| _ = counter.fetch_add(1, Ordering::Relaxed)
    };
    let _outside = resilient::events().name("testing: users").unwrap().subscribe(count(&OUTSIDE));
    let scope = scope();
    let inside = resilient::subscribe(count(&INSIDE));
    registry().circuit_breaker("testing: users").unwrap().force_open();
    drop(scope);
    assert_eq!((OUTSIDE.load(Ordering::Relaxed), INSIDE.load(Ordering::Relaxed)), (0, 1));
    drop(inside);
}
