//! A token whose retry is not made is given back.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

#[retry(max_attempts = 2, base_delay = 1min, jitter = none, budget = budget)]
async fn fails(budget: &RetryBudget) -> Result<(), ()> {
    Err(())
}

/// Polls once, and drops it.
fn poll_and_drop(future: impl Future) {
    let pending = std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_pending();
    assert!(pending, "it is in its delay");
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_dropped_during_the_delay_gives_its_token_back() {
    let budget = RetryBudget::new("dropped", ONE);
    let mut call = Box::pin(fails(&budget));
    assert_eq!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
    assert_eq!((budget.available(), budget.stats().retries), (0, 1));
    drop(call);
    assert_eq!((budget.available(), budget.stats().retries), (1, 0));
    let policy = RetryPolicy::new().base_delay(Duration::from_secs(60));
    poll_and_drop(policy.with_budget(&budget).run(async || Err::<(), _>(())));
    assert_eq!((budget.available(), budget.stats().retries), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_above_that_ends_the_delay_gives_its_token_back() {
    #[resilient::timeout(2min)]
    #[retry(max_attempts = 2, base_delay = 1min, jitter = none, deadline = ignore, budget = budget)]
    async fn too_late(budget: &RetryBudget) -> std::io::Result<()> {
        tokio::time::sleep(Duration::from_secs(90)).await;
        Err(std::io::Error::other("no route"))
    }

    let budget = RetryBudget::new("timed out", ONE.burst(1));
    assert!(too_late(&budget).await.is_err_and(|error| error.kind() == std::io::ErrorKind::TimedOut));
    assert_eq!((budget.available(), budget.stats().retries), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_dropped_has_used_its_token() {
    #[retry(max_attempts = 2, base_delay = 1ms, jitter = none, budget = budget)]
    async fn hangs(budget: &RetryBudget, tries: &RefCell<u32>) -> Result<(), ()> {
        let first = tries.replace(1) == 0;
        if first { Err(()) } else { std::future::pending().await }
    }

    let budget = RetryBudget::new("used", ONE);
    let tries = RefCell::default();
    let limited = tokio::time::timeout(Duration::from_millis(10), hangs(&budget, &tries));
    assert!(limited.await.is_err());
    assert_eq!((budget.available(), budget.stats().retries), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn an_observer_that_panics_before_the_delay_gives_the_token_back() {
    #[retry(max_attempts = 2, base_delay = 1min, budget = budget, on_retry = |_| panic!("as it must"))]
    fn panics(budget: &RetryBudget) -> Result<(), ()> {
        Err(())
    }

    let budget = RetryBudget::new("panicked", ONE);
    assert!(catch_unwind(AssertUnwindSafe(|| panics(&budget))).is_err());
    assert_eq!((budget.available(), budget.stats().retries), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn attempts_by_hand_take_a_token_again_when_a_dropped_delay_goes_on() {
    const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(5).base_delay(Duration::from_millis(100));
    let budget = RetryBudget::new("continued", ONE);
    let policy = POLICY.jitter(resilient::Jitter::None);
    let mut attempts = policy.attempts().with_budget(&budget);
    assert_eq!(attempts.next().await.map(Attempt::number), Some(1));
    for _ in 0..3 {
        poll_and_drop(attempts.next());
        assert_eq!((budget.available(), budget.stats().retries), (1, 0));
    }
    advance(Duration::from_millis(100)).await;
    assert_eq!(attempts.next().await.map(Attempt::number), Some(2));
    assert_eq!((budget.available(), budget.stats().retries), (0, 1));
    assert!(attempts.next().await.is_none());
}
