//! `TimeoutPolicy::run` and `TimeoutPolicy::call`

use super::*;

#[tokio::test(start_paused = true)]
async fn run_limits_a_future() {
    const LIMIT: TimeoutPolicy = TimeoutPolicy::new(secs(2));

    assert_eq!(LIMIT.run_infallible(async { 7 }).await.ok(), Some(7));
    let start = Instant::now();
    let refusal = LIMIT.run_infallible(sleep(secs(9))).await.expect_err("it is late");
    assert!(matches!(refusal, Error::TimedOut { after, .. } if after == secs(2)), "{refusal}");
    assert_eq!(start.elapsed(), secs(2));
}

#[tokio::test(start_paused = true)]
async fn run_keeps_the_error_apart_from_the_refusal() {
    let limit = TimeoutPolicy::new(secs(2));
    let waits = async |takes, outcome: Result<u32, &'static str>| {
        sleep(takes).await;
        outcome
    };
    assert!(matches!(limit.run(waits(secs(1), Ok(7))).await, Ok(7)));
    assert!(matches!(limit.run(waits(secs(1), Err("own"))).await, Err(Failure::Inner("own"))));
    let late = limit.run(waits(secs(9), Ok(7))).await;
    assert!(matches!(&late, Err(Failure::Refused(refusal)) if refusal.is_timed_out()), "{late:?}");
}

#[tokio::test(start_paused = true)]
async fn run_counts_from_the_await() {
    let limit = TimeoutPolicy::new(secs(2));
    let later = limit.run_infallible(sleep(secs(1)));
    sleep(secs(10)).await;
    assert!(later.await.is_ok());
}

#[test]
fn call_limits_a_job_on_a_helper_thread() {
    const LIMIT: TimeoutPolicy = TimeoutPolicy::new(secs(60));

    assert_eq!(LIMIT.call_infallible(|| 7), Ok(7));
    assert_eq!(LIMIT.call(|| Ok::<_, ()>(7)), Ok(7));
    assert_eq!(LIMIT.call(|| Err::<(), _>("own")), Err(Failure::Inner("own")));
    let (release, released) = channel::<()>();
    let late = TimeoutPolicy::new(millis(5)).call(move || released.recv()).expect_err("it is late");
    assert!(late.refusal().is_some_and(Error::is_timed_out));
    drop(release);
}

#[test]
fn call_lets_a_panic_through() {
    let limit = TimeoutPolicy::new(secs(60));
    let panic = catch_unwind(|| limit.call_infallible(|| panic!("on purpose"))).expect_err("it panicked");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
}

#[test]
fn call_cooperative_runs_in_place() {
    let here = std::thread::current().id();
    let limit = TimeoutPolicy::new(secs(60));
    let seen = limit.call_cooperative(|| Ok::<_, ()>((std::thread::current().id(), deadline().is_some())));
    assert_eq!(seen, Ok((here, true)));
    assert!(deadline().is_none());
}
