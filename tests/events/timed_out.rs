//! Which attempt it was that timed out.

use std::sync::Mutex;
use std::time::Duration;

use resilient::events::{Event, Kinds};
use resilient::{Error, Failure, Pipeline, RetryPolicy, TimeoutPolicy, bulkhead, hedge, registry, retry, timeout};

use crate::{Heard, until_the_deadline};

/// The lines of timeouts of this function, by the attempt and its limit.
fn lines(path: &str, attempts: &[(u32, &str)]) -> Vec<String> {
    attempts.iter().map(|(attempt, after)| format!("{path}: attempt {attempt} timed out after {after}")).collect()
}

#[retry(max_attempts = 3, base_delay = 1ms, retry_refused(timed_out))]
#[timeout(1s)]
async fn hangs() -> Result<u32, Error> {
    std::future::pending().await
}

#[retry(max_attempts = 2, base_delay = 1ms)]
#[timeout(1s, step = 2s)]
async fn hangs_for_longer() -> Result<u32, Error> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_an_attempt_says_which_it_was() {
    let (heard, _watching) = Heard::of(Kinds::REFUSALS, path!("hangs"));
    hangs().await.unwrap_err();
    assert_eq!(heard.take(), lines(path!("hangs"), &[(1, "1s"), (2, "1s"), (3, "1s")]));
    let (heard, _watching) = Heard::of(Kinds::REFUSALS, path!("hangs_for_longer"));
    hangs_for_longer().await.unwrap_err();
    assert_eq!(heard.take(), lines(path!("hangs_for_longer"), &[(1, "1s"), (2, "3s")]));
}

#[timeout(5s)]
#[retry(max_attempts = 9, base_delay = 1ms, max_delay = 1ms)]
#[timeout(2s)]
async fn hangs_below_two() -> Result<u32, Error> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_the_whole_call_is_of_no_attempt() {
    let (heard, _watching) = Heard::of(Kinds::REFUSALS, path!("hangs_below_two"));
    hangs_below_two().await.unwrap_err();
    let path = path!("hangs_below_two");
    let mut expected = lines(path, &[(1, "2s"), (2, "2s")]);
    expected.push(format!("{path}: timed out after 5s"));
    assert_eq!(heard.take(), expected);
}

#[retry(max_attempts = 2, base_delay = 1ms)]
#[hedge(delay = 100ms, budget = unlimited)]
#[timeout(1s)]
async fn hangs_below_a_hedge() -> Result<u32, Error> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn attempts_of_a_hedge_are_of_the_attempt_of_the_retry_above() {
    let (heard, _watching) = Heard::of(Kinds::REFUSALS, path!("hangs_below_a_hedge"));
    hangs_below_a_hedge().await.unwrap_err();
    assert_eq!(heard.take(), lines(path!("hangs_below_a_hedge"), &[(1, "1s"), (1, "1s"), (2, "1s"), (2, "1s")]));
}

/// Holds up its thread for ever.
fn never_ends() -> Result<u32, Error> {
    loop {
        std::thread::park();
    }
}

#[retry(max_attempts = 2, base_delay = 1ms)]
#[timeout(2ms)]
fn blocks() -> Result<u32, Error> {
    never_ends()
}

#[timeout(2ms)]
#[bulkhead(name = "timed out: helper waits", max_concurrent = 1, max_wait = 1h)]
fn waits_on_a_helper() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(2ms, cooperative)]
#[retry(max_attempts = 9, base_delay = 1ms)]
#[timeout(1h, cooperative)]
#[bulkhead(name = "timed out: nested", max_concurrent = 1, max_wait = 1h)]
fn waits_below_two() -> Result<u32, Error> {
    Ok(1)
}

#[retry(max_attempts = 2, base_delay = 1ms)]
#[timeout(2ms, cooperative)]
fn comes_late() -> Result<u32, Error> {
    until_the_deadline();
    Ok(1)
}

#[retry(max_attempts = 2, base_delay = 1ms)]
#[timeout(2ms, cooperative)]
#[bulkhead(name = "timed out: waits", max_concurrent = 1, max_wait = 1h)]
fn waits() -> Result<u32, Error> {
    Ok(1)
}

#[test]
fn sync_attempts_have_a_number_too() {
    let (heard, _watching) = Heard::of(Kinds::REFUSALS, path!("blocks"));
    blocks().unwrap_err();
    assert_eq!(heard.take(), lines(path!("blocks"), &[(1, "2ms"), (2, "2ms")]));
    let (heard, _watching) = Heard::of(Kinds::REFUSALS, path!("comes_late"));
    comes_late().unwrap_err();
    assert_eq!(heard.take(), lines(path!("comes_late"), &[(1, "2ms"), (2, "2ms")]));
}

#[test]
fn a_wait_that_ends_with_the_deadline_of_an_attempt_is_of_that_attempt() {
    let bulkhead = registry().bulkhead("timed out: waits").unwrap();
    let _slot = bulkhead.try_acquire().unwrap();
    let (heard, _watching) = Heard::of(Kinds::REFUSALS, path!("waits"));
    waits().unwrap_err();
    assert_eq!(heard.take(), lines(path!("waits"), &[(1, "2ms"), (2, "2ms")]));
}

#[test]
fn a_call_that_ends_with_its_deadline_on_another_thread_or_below_two_limits_is_reported_once() {
    let slots = ["timed out: helper waits", "timed out: nested"].map(|name| registry().bulkhead(name).unwrap());
    let _held = slots.map(|bulkhead| bulkhead.try_acquire().unwrap());
    let (heard, _watching) = Heard::of(Kinds::REFUSALS, path!("waits_on_a_helper"));
    for _ in 0..20 {
        waits_on_a_helper().unwrap_err();
    }
    // Those that their callers have left end their waits a little later.
    while slots[0].waiting() > 0 {
        std::thread::yield_now();
    }
    assert_eq!(heard.take(), vec![format!("{}: timed out after 2ms", path!("waits_on_a_helper")); 20]);
    let (heard, _watching) = Heard::of(Kinds::REFUSALS, path!("waits_below_two"));
    waits_below_two().unwrap_err();
    assert_eq!(heard.take(), [format!("{}: timed out after 2ms", path!("waits_below_two"))]);
}

/// The attempts and the limits of what timed out.
type Seen = Mutex<Vec<(Option<u32>, Duration)>>;

/// What limits in pipelines of this name report.
fn listen_to_pipeline(name: &'static str) -> (&'static Seen, impl Drop) {
    let seen: &Seen = Box::leak(Box::default());
    let watching = resilient::events().kinds(Kinds::REFUSALS).subscribe(move |event| match event {
        Event::TimedOut(it) if it.function == name => seen.lock().unwrap().push((it.attempt, it.after)),
        _ => {}
    });
    (seen, watching)
}

#[tokio::test(start_paused = true)]
async fn pipelines_say_the_same() {
    const SECOND: Duration = Duration::from_secs(1);
    let retry = RetryPolicy::new().max_attempts(9).base_delay(Duration::from_millis(1));
    let layers = Pipeline::<&str, u32>::new().named("timed out: pipeline").timeout(SECOND * 3 / 2);
    let pipeline = layers.retry(retry).timeout(SECOND).build().unwrap();
    let (seen, _watching) = listen_to_pipeline("timed out: pipeline");
    let hangs = pipeline.run(async || std::future::pending().await).await;
    assert!(matches!(hangs, Err(Failure::Refused(refusal)) if refusal.is_timed_out()));
    assert_eq!(*seen.lock().unwrap(), [(Some(1), SECOND), (None, SECOND * 3 / 2)]);
}

#[test]
fn sync_calls_through_pipelines_say_the_same() {
    const LIMIT: Duration = Duration::from_millis(2);
    let retry = RetryPolicy::new().max_attempts(2).base_delay(Duration::from_millis(1));
    let layers = Pipeline::<&str, u32>::new().named("timed out: sync pipeline");
    let pipeline = layers.retry(retry).timeout(LIMIT).build().unwrap();
    let (seen, _watching) = listen_to_pipeline("timed out: sync pipeline");
    let late = || {
        until_the_deadline();
        Ok(1)
    };
    pipeline.call(late).unwrap_err();
    pipeline.call_detached(|| never_ends().map_err(|_| "never")).unwrap_err();
    assert_eq!(*seen.lock().unwrap(), [(Some(1), LIMIT), (Some(2), LIMIT), (Some(1), LIMIT), (Some(2), LIMIT)]);
}

#[tokio::test(start_paused = true)]
async fn a_policy_by_hand_is_of_no_attempt() {
    let limit = TimeoutPolicy::new(Duration::from_secs(1)).named("timed out: by hand");
    let (seen, _watching) = listen_to_pipeline("timed out: by hand");
    limit.run(std::future::pending::<Result<(), &str>>()).await.unwrap_err();
    assert_eq!(*seen.lock().unwrap(), [(None, Duration::from_secs(1))]);
}
