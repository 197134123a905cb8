//! Below retries, timeouts, breakers and fallbacks.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use resilient::{CircuitState, circuit_breaker};

use super::*;

#[retry(max_attempts = 3, base_delay = 0s)]
#[bulkhead(name = "threads: retried", threads = 1)]
fn retried(attempts: Arc<AtomicU32>) -> Result<u32, Error> {
    match attempts.fetch_add(1, Ordering::Relaxed) {
        attempt @ 0..2 => Err(Error::TimedOut { name: "failed".into(), after: secs(u64::from(attempt)) }),
        attempt => Ok(attempt),
    }
}

impl From<Error> for Text {
    fn from(refusal: Error) -> Self {
        Self(refusal.to_string())
    }
}

#[derive(Debug, PartialEq)]
struct Text(String);

#[tokio::test]
async fn each_attempt_has_the_arguments() {
    assert_eq!(retried(Arc::default()), Ok(2));
    assert_eq!(retried_async_text("a").await, Ok("a!".to_owned()));
    assert_eq!(images("threads: retried").stats().finished, 6);
}

/// `String` is no error that a refusal becomes.
async fn retried_async_text(text: &str) -> Result<String, String> {
    #[retry(max_attempts = 3, base_delay = 0s)]
    #[bulkhead(name = "threads: retried", threads, map_err = |refusal: Error| refusal.to_string())]
    async fn call(attempts: Arc<AtomicU32>, mut text: String) -> Result<String, String> {
        text.push('!');
        if attempts.fetch_add(1, Ordering::Relaxed) < 2 { Err(text) } else { Ok(text) }
    }

    call(Arc::default(), text.to_owned()).await
}

#[timeout(limit)]
#[bulkhead(name = "threads: timed", threads = 1, max_queue = 1)]
fn timed(begun: Sender<()>, released: Receiver<()>, limit: Duration) -> Result<String, Error> {
    hold(&begun, &released);
    Ok(thread_name())
}

#[timeout(limit)]
#[bulkhead(name = "threads: timed", threads)]
async fn timed_async(begun: Sender<()>, released: Receiver<()>, limit: Duration) -> Result<String, Error> {
    hold(&begun, &released);
    Ok(thread_name())
}

#[test]
fn at_the_deadline_the_caller_returns_while_the_body_runs_on_and_one_in_the_queue_never_begins() {
    let (release, released) = channel();
    let (begun, has_begun) = channel();
    let soon = Duration::from_millis(50);
    let late = timed(begun, released, soon);
    assert!(late.is_err_and(|error| error.is_timed_out() && error.name().ends_with("::timed")));
    let bulkhead = images("threads: timed");
    // Unless the machine was so busy that no thread took it in time.
    if has_begun.try_recv().is_ok() {
        let (begun, never) = channel();
        assert!(timed(begun, open_gate(), soon).is_err_and(|error| error.is_timed_out()));
        assert!(never.recv().is_err(), "it never began, and is gone");
        assert_eq!((bulkhead.busy(), bulkhead.queued()), (1, 0));
    }
    drop::<Sender<()>>(release);
    let (begun, _has_begun) = channel();
    assert_eq!(timed(begun, open_gate(), HOUR), Ok("threads: timed".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_async_timeout_ends_the_wait_at_its_deadline() {
    let (release, released) = channel();
    let (begun, _has_begun) = channel();
    let mut call = Box::pin(timed_async(begun, released, secs(5)));
    assert!(poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await.is_pending());
    tokio::time::advance(secs(6)).await;
    assert!(call.await.is_err_and(|error| error.is_timed_out()));
    drop::<Sender<()>>(release);
    let (begun, _has_begun) = channel();
    assert_eq!(timed_async(begun, open_gate(), HOUR).await, Ok("threads: timed".to_owned()), "no time passes");
}

#[timeout(1h)]
#[bulkhead(name = "threads: one move", threads = 1)]
fn once(before: Arc<AtomicU32>) -> Result<(String, bool), Error> {
    before.fetch_add(1, Ordering::Relaxed);
    Ok((thread_name(), resilient::remaining().is_some_and(|left| left <= HOUR)))
}

#[test]
fn the_body_knows_the_deadline_on_the_thread_of_the_bulkhead() {
    assert_eq!(once(Arc::default()), Ok(("threads: one move".to_owned(), true)));
}

#[circuit_breaker(name = "threads: hangs", failure_threshold = 1)]
#[timeout(30ms)]
#[bulkhead(threads = 1, max_queue = 1)]
fn hangs(begun: Sender<()>, released: Receiver<()>) -> Result<(), Error> {
    hold(&begun, &released);
    Ok(())
}

#[timeout(30ms)]
#[circuit_breaker(name = "threads: waits", failure_threshold = 1)]
#[bulkhead(name = "threads: waits", threads = 1, max_queue = 1)]
fn waits(begun: Sender<()>, released: Receiver<()>) -> Result<(), Error> {
    hold(&begun, &released);
    Ok(())
}

#[test]
fn a_breaker_above_sees_a_body_that_hangs() {
    let (_release, released) = channel();
    let (begun, _has_begun) = channel();
    assert!(hangs(begun, released).is_err_and(|error| error.is_timed_out()));
    assert_eq!(resilient_tests::breaker("threads: hangs").state(), CircuitState::Open);
}

#[test]
fn a_wait_for_a_thread_is_no_failure_of_the_callee() {
    let (release, released) = channel();
    let (begun, has_begun) = channel();
    let holder = thread::spawn(move || {
        images("threads: waits").call(move || {
            hold(&begun, &released);
            Ok::<_, Error>(())
        })
    });
    has_begun.recv().expect("it begins");
    let (begun, _never) = channel();
    assert!(waits(begun, open_gate()).is_err_and(|error| error.is_timed_out()));
    assert_eq!(resilient_tests::breaker("threads: waits").state(), CircuitState::Closed);
    drop::<Sender<()>>(release);
    assert!(holder.join().expect("it does not panic").is_ok());
}

#[fallback(|_| Ok("answered".to_owned()))]
#[bulkhead(name = "threads: full", threads = 1, max_queue = 0)]
async fn answered(begun: Sender<()>, released: Receiver<()>) -> Result<String, Text> {
    hold(&begun, &released);
    Ok(thread_name())
}

#[tokio::test]
async fn a_fallback_answers_a_full_bulkhead() {
    let (release, released) = channel();
    let (begun, has_begun) = channel();
    let call = tokio::spawn(answered(begun, released));
    while has_begun.try_recv().is_err() {
        tokio::task::yield_now().await;
    }
    let (begun, _never) = channel();
    assert_eq!(answered(begun, open_gate()).await, Ok("answered".to_owned()));
    drop::<Sender<()>>(release);
    assert_eq!(call.await.expect("it does not panic"), Ok("threads: full".to_owned()));
    let stats = images("threads: full").stats();
    assert_eq!((stats.submitted, stats.finished, stats.rejected), (2, 1, 1));
}

#[retry(max_attempts = 5, base_delay = 0s)]
#[bulkhead(name = "threads: shut down", threads = 1)]
fn retried_after_shutdown() -> Result<(), Error> {
    Ok(())
}

#[test]
fn after_a_shutdown_nothing_is_retried() {
    assert_eq!(retried_after_shutdown(), Ok(()));
    let bulkhead = images("threads: shut down");
    assert_eq!(bulkhead.shutdown(HOUR).left, 0);
    let refused = retried_after_shutdown().expect_err("it admits nothing");
    assert_eq!(refused.to_string(), "bulkhead `threads: shut down` is shut down");
    let stats: ThreadStats = bulkhead.stats();
    assert_eq!((stats.finished, stats.rejected), (1, 1), "one attempt");
}

#[bulkhead(name = "threads: outer", threads = 1, max_queue = 0)]
fn outer(depth: u32) -> Result<String, Error> {
    if depth == 0 { Ok(thread_name()) } else { inner(depth - 1) }
}

#[timeout(1h)]
#[bulkhead(name = "threads: inner", threads = 1, max_queue = 0)]
fn inner(depth: u32) -> Result<String, Error> {
    if depth == 0 { Ok(thread_name()) } else { limited(depth - 1) }
}

/// On a helper thread.
#[timeout(1h)]
fn limited(depth: u32) -> Result<String, Error> {
    outer(depth)
}

#[test]
fn threads_within_threads_within_timeouts_wait_for_nobody() {
    for depth in 0..8 {
        assert!(outer(depth).is_ok(), "{depth}");
    }
    assert_eq!(outer(1), Ok("threads: inner".to_owned()));
    assert_eq!(outer(3), Ok("resilient-helper".to_owned()), "in place, within the outermost body");
}
