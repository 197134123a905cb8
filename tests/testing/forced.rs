//! States that a test forces.

use std::io;
use std::time::Duration;

use resilient::testing::{scope, sleep};
use resilient::{bulkhead, circuit_breaker, registry, retry, timeout};

#[circuit_breaker(name = "testing: forced")]
async fn users() -> io::Result<()> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_breaker_is_open_until_the_guard_drops() {
    let scope = scope();
    let open = scope.force_open("testing: forced");
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    users().await.unwrap_err();
    drop(open);
    users().await.unwrap();
}

#[bulkhead(name = "testing: slots", max_concurrent = 3, max_wait = 5s)]
fn with_a_slot() -> io::Result<()> {
    Ok(())
}

#[bulkhead(name = "testing: filled threads", threads = 2, max_wait = 5s)]
fn on_a_thread() -> io::Result<()> {
    sleep(Duration::from_secs(1));
    Ok(())
}

#[test]
fn a_bulkhead_is_full_until_the_guard_drops() {
    let scope = scope();
    for (name, call) in
        [("testing: slots", with_a_slot as fn() -> io::Result<()>), ("testing: filled threads", on_a_thread)]
    {
        call().unwrap();
        let before = scope.clock().elapsed();
        let full = scope.fill(name);
        assert!(call().unwrap_err().to_string().contains("bulkhead"));
        assert_eq!(
            scope.clock().elapsed().saturating_sub(before),
            Duration::from_secs(5),
            "the wait for a place takes no real time"
        );
        drop(full);
        call().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn all_threads_are_free_again_when_the_guard_has_dropped() {
    let scope = scope();
    let bulkhead = registry().thread_bulkhead("testing: filled threads").unwrap();
    for _ in 0..10 {
        let full = scope.fill("testing: filled threads");
        assert_eq!(bulkhead.busy(), 2);
        drop(full);
        assert_eq!(bulkhead.busy(), 0);
    }
}

#[retry(max_attempts = 3, jitter = none)]
#[timeout(2s)]
fn times_out(value: u32) -> io::Result<u32> {
    Ok(value)
}

#[test]
fn a_function_times_out_until_the_guard_drops() {
    let scope = scope();
    let hangs = scope.time_out("testing::forced::times_out");
    let again = scope.time_out("testing::forced::times_out");
    assert_eq!(times_out(1).unwrap_err().kind(), io::ErrorKind::TimedOut);
    drop(hangs);
    times_out(1).unwrap_err();
    drop(again);
    assert_eq!(times_out(1).unwrap(), 1);
}

#[test]
#[should_panic(expected = "no circuit breaker is named `testing: forcd`; did you mean `testing: forced`?")]
fn a_misspelt_breaker_is_an_error() {
    let _ = scope().force_open("testing: forcd");
}

#[bulkhead(max_concurrent = 3)]
#[bulkhead(max_concurrent = 2)]
fn without_a_name() -> io::Result<()> {
    Ok(())
}

#[test]
fn what_has_no_name_is_called_by_the_path_of_its_function() {
    let (scope, path) = (scope(), format!("{}::without_a_name", module_path!()));
    for name in [path.clone(), format!("{path}#2")] {
        let full = scope.fill(&name);
        let error = without_a_name().unwrap_err();
        assert!(error.to_string().contains(&format!("`{name}` is full")), "{error}");
        drop(full);
        without_a_name().unwrap();
    }
}

#[test]
#[should_panic(expected = "no bulkhead is named `testing: slts`; did you mean `testing: slots`?")]
fn a_misspelt_bulkhead_is_an_error() {
    let _ = scope().fill("testing: slts");
}

#[test]
#[should_panic(expected = "no annotated function is named `testing::forced::times_ut`; did you mean")]
fn a_misspelt_function_is_an_error() {
    let _ = scope().time_out("testing::forced::times_ut");
}

#[test]
#[should_panic(expected = "`testing::forced::users` has no `#[timeout]`")]
fn a_function_without_a_timeout_cannot_time_out() {
    let _ = scope().time_out("testing::forced::users");
}

#[circuit_breaker(name = "testing: hosts", key = host)]
async fn fetch(host: &str) -> io::Result<()> {
    let _ = host;
    Ok(())
}

#[bulkhead(name = "testing: tenants", max_concurrent = 2, key = tenant)]
async fn query(tenant: u64) -> io::Result<()> {
    let _ = tenant;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_key_is_open_or_full_until_the_guard_drops() {
    let scope = scope();
    let open = scope.force_open_key("testing: hosts", "a.example");
    fetch("a.example").await.unwrap_err();
    fetch("b.example").await.unwrap();
    drop(open);
    fetch("a.example").await.unwrap();
    let full = scope.fill_key("testing: tenants", 7_u64);
    query(7).await.unwrap_err();
    query(8).await.unwrap();
    drop(full);
    query(7).await.unwrap();
}

#[test]
#[should_panic(expected = "no circuit breakers by key are named `testing: hsts`; did you mean `testing: hosts`?")]
fn misspelt_breakers_by_key_are_an_error() {
    let _ = scope().force_open_key("testing: hsts", "a.example");
}

#[test]
#[should_panic(expected = "no bulkheads by key are named `testing: slots`")]
fn a_bulkhead_of_all_calls_has_no_keys() {
    let _ = scope().fill_key("testing: slots", 7);
}
