//! Time in a scope.

use std::io;
use std::time::{Duration, Instant};

use resilient::testing::{scope, sleep};
use resilient::{Bulkhead, BulkheadPolicy, RateLimitPolicy, RateLimiter};
use resilient::{circuit_breaker, hedge, rate_limit, registry, retry, timeout};

const HOUR: Duration = Duration::from_secs(3_600);

#[retry(max_attempts = 3, base_delay = 1h, max_delay = 9h, jitter = none)]
fn retried() -> Result<(), String> {
    Err("down".to_owned())
}

#[test]
fn delays_of_a_sync_function_take_no_time() {
    let start = Instant::now();
    let scope = scope();
    retried().unwrap_err();
    assert_eq!(scope.clock().elapsed(), 3 * HOUR);
    assert!(start.elapsed() < HOUR / 2);
}

#[tokio::test(start_paused = true)]
async fn a_sync_function_in_a_paused_runtime_moves_the_scope_s_clock() {
    let scope = scope();
    retried().unwrap_err();
    assert_eq!(scope.clock().elapsed(), 3 * HOUR);
    tokio::time::sleep(HOUR).await;
    assert_eq!(scope.clock().elapsed(), 4 * HOUR);
}

#[retry(max_attempts = 3, base_delay = 1h, max_delay = 9h, jitter = none)]
async fn retried_async() -> Result<(), String> {
    Err("down".to_owned())
}

#[tokio::test(start_paused = true)]
async fn async_code_follows_the_runtime_s_clock() {
    let scope = scope();
    let start = tokio::time::Instant::now();
    retried_async().await.unwrap_err();
    assert_eq!(start.elapsed(), 3 * HOUR);
    assert_eq!(scope.clock().elapsed(), 3 * HOUR);
}

#[tokio::test(start_paused = true)]
async fn advancing_ends_what_async_code_waits_for() {
    let scope = scope();
    let call = tokio::spawn(retried_async());
    tokio::task::yield_now().await;
    let start = tokio::time::Instant::now();
    scope.clock().advance(HOUR);
    tokio::task::yield_now().await;
    scope.clock().advance(2 * HOUR);
    call.await.unwrap().unwrap_err();
    assert!(start.elapsed() < HOUR, "tokio's clock did not have to move");
}

#[tokio::test]
async fn in_a_runtime_whose_clock_runs_it_runs_too() {
    let scope = scope();
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert!(scope.clock().elapsed() >= Duration::from_millis(2));
    scope.clock().advance(HOUR);
    assert!(scope.clock().elapsed() > HOUR);
    let call = tokio::spawn(retried_async());
    while !call.is_finished() {
        scope.clock().advance(HOUR);
        tokio::task::yield_now().await;
    }
}

#[circuit_breaker(name = "testing: open for a minute", failure_threshold = 1, recovery_timeout = 1min, success_threshold = 1)]
fn opens(works: bool) -> io::Result<()> {
    if works { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
}

#[test]
fn the_open_time_of_a_breaker_is_over_when_the_clock_says_so() {
    let scope = scope();
    opens(false).unwrap_err();
    scope.clock().advance(Duration::from_secs(59));
    assert!(opens(true).is_err());
    sleep(Duration::from_secs(1));
    opens(true).unwrap();
    assert!(!registry().circuit_breaker("testing: open for a minute").unwrap().state().is_open());
}

#[timeout(2s)]
fn slow(time: Duration) -> io::Result<()> {
    sleep(time);
    Ok(())
}

#[test]
fn a_sync_timeout_ends_at_its_deadline_by_the_clock() {
    let scope = scope();
    slow(Duration::from_secs(1)).unwrap();
    assert_eq!(scope.clock().elapsed(), Duration::from_secs(1));
    let late = slow(HOUR).unwrap_err();
    assert_eq!(late.kind(), io::ErrorKind::TimedOut);
    assert_eq!(scope.clock().elapsed(), Duration::from_secs(3));
}

#[retry(max_attempts = 3, base_delay = 1s, jitter = none)]
#[timeout(2s)]
fn retried_slow() -> io::Result<()> {
    sleep(HOUR);
    Ok(())
}

#[test]
fn bodies_that_their_callers_have_left_move_no_clock() {
    for _ in 0..20 {
        let scope = scope();
        retried_slow().unwrap_err();
        assert_eq!(scope.clock().elapsed(), Duration::from_secs(2 + 1 + 2 + 2 + 2));
    }
}

#[timeout(4s)]
fn nested() -> io::Result<()> {
    retried_slow()
}

#[test]
fn an_inner_job_holds_the_clock_as_an_outer_one_does() {
    let scope = scope();
    nested().unwrap_err();
    assert_eq!(scope.clock().elapsed(), Duration::from_secs(4));
}

#[hedge(delay = 50ms, max_hedges = 1)]
fn hedged(first: Duration) -> io::Result<Duration> {
    static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let is_first = CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed).is_multiple_of(2);
    sleep(if is_first { first } else { Duration::from_millis(10) });
    Ok(if is_first { first } else { Duration::from_millis(10) })
}

#[test]
fn a_sync_hedge_is_sent_after_its_delay_by_the_clock() {
    let scope = scope();
    assert_eq!(hedged(HOUR).unwrap(), Duration::from_millis(10));
    assert_eq!(scope.clock().elapsed(), Duration::from_millis(60));
}

#[rate_limit(permits = 1, per = 1s, max_wait = 10s)]
fn limited() -> io::Result<()> {
    Ok(())
}

#[test]
fn a_wait_for_a_permit_moves_the_clock_to_its_turn() {
    let scope = scope();
    (0..4).for_each(|_| limited().unwrap());
    assert_eq!(scope.clock().elapsed(), Duration::from_secs(3));
}

#[test]
fn a_wait_for_a_slot_that_nobody_frees_ends_at_its_end() {
    let scope = scope();
    let bulkhead = Bulkhead::new("testing: full", BulkheadPolicy::new(1).max_wait(Duration::from_secs(5)));
    let _held = bulkhead.try_acquire().unwrap();
    assert!(bulkhead.call(|| Ok::<_, ()>(())).unwrap_err().refusal().is_some());
    assert_eq!(scope.clock().elapsed(), Duration::from_secs(5));
}

#[test]
fn async_code_without_tokio_moves_a_clock_that_stands_still() {
    let scope = scope();
    let limiter = RateLimiter::new("testing: turns", RateLimitPolicy::new(1, HOUR).max_wait(9 * HOUR));
    resilient_tests::block_on(async {
        for _ in 0..3 {
            limiter.acquire().await.unwrap();
        }
        retried_async().await.unwrap_err();
    });
    assert_eq!(scope.clock().elapsed(), 5 * HOUR);
}

#[tokio::test(start_paused = true)]
async fn a_sync_timeout_in_a_paused_runtime_follows_the_scope_s_clock() {
    let scope = scope();
    slow(HOUR).unwrap_err();
    assert_eq!(scope.clock().elapsed(), Duration::from_secs(2));
    let late = tokio::task::spawn_blocking(|| slow(HOUR)).await.unwrap().unwrap_err();
    assert_eq!(late.kind(), io::ErrorKind::TimedOut);
}

#[test]
fn deadlines_are_on_the_clock() {
    let _scope = scope();
    resilient::with_deadline_blocking(HOUR, || {
        assert_eq!(resilient::remaining(), Some(HOUR));
        sleep(HOUR / 4);
        assert_eq!(resilient::remaining(), Some(HOUR * 3 / 4));
        let again = resilient::Deadline::from(resilient::deadline().unwrap().instant());
        let difference = again.remaining().abs_diff(HOUR * 3 / 4);
        assert!(difference < HOUR / 8, "an instant is one of the real clock: {difference:?}");
    });
}
