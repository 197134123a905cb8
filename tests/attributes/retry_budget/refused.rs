//! Without a token the last error returns at once, and everything that says why says so.

use super::*;
use resilient::{Error, Failure};

#[tokio::test(start_paused = true)]
async fn the_last_error_returns_without_a_delay() {
    #[retry(max_attempts = 5, base_delay = 100ms, jitter = none, budget = budget)]
    async fn fails(budget: &RetryBudget, tries: &RefCell<u32>) -> Result<(), u32> {
        *tries.borrow_mut() += 1;
        Err(*tries.borrow())
    }

    let budget = RetryBudget::new("at once", ONE);
    let start = tokio::time::Instant::now();
    assert_eq!(fails(&budget, &RefCell::default()).await, Err(2));
    assert_eq!(start.elapsed(), Duration::from_millis(100), "the delay before the one retry");
    advance(Duration::from_millis(899)).await;
    assert_eq!(fails(&budget, &RefCell::default()).await, Err(1));
    advance(Duration::from_millis(1)).await;
    assert_eq!(fails(&budget, &RefCell::default()).await, Err(2), "a second has passed");
}

#[tokio::test(start_paused = true)]
async fn on_give_up_and_the_wrapped_error_say_why() {
    #[retry(base_delay = 1ms, budget = budget, exhausted = wrap, on_give_up = |event| {
        seen.borrow_mut().push((event.attempts, event.why, event.to_string()));
    })]
    async fn fails(budget: &RetryBudget, seen: &RefCell<Vec<(u32, GiveUpReason, String)>>) -> std::io::Result<()> {
        Err(std::io::Error::other("no route"))
    }

    let budget = RetryBudget::new("why", ONE);
    let seen = RefCell::default();
    let error = fails(&budget, &seen).await.unwrap_err();
    let Some(Error::RetriesExhausted(exhausted)) = error.get_ref().and_then(|it| it.downcast_ref()) else {
        panic!("{error}")
    };
    assert_eq!((exhausted.attempts, exhausted.why), (2, GiveUpReason::Budget));
    let seen = seen.into_inner();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].0, seen[0].1), (2, GiveUpReason::Budget));
    assert!(seen[0].2.ends_with(": the retry budget has no token"), "{}", seen[0].2);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_asked_for_only_when_nothing_else_ends_the_attempts() {
    #[retry(max_attempts = 2, base_delay = 1ms, retry_if = |error| *error, budget = budget)]
    async fn fails(budget: &RetryBudget, is_worth_it: bool) -> Result<(), bool> {
        Err(is_worth_it)
    }
    #[retry(max_attempts = 5, base_delay = 100ms, jitter = none, max_elapsed = 150ms, budget = budget)]
    async fn takes_time(budget: &RetryBudget) -> Result<(), ()> {
        Err(())
    }

    let budget = RetryBudget::new("last", RetryBudgetPolicy::new());
    assert!(fails(&budget, false).await.is_err());
    assert_eq!(counts(&budget), (1, 0, 0), "the error is not worth it");
    assert!(fails(&budget, true).await.is_err());
    assert_eq!(counts(&budget), (2, 1, 0), "the second attempt is the last");
    assert!(takes_time(&budget).await.is_err());
    assert_eq!(counts(&budget), (3, 2, 0), "the second delay would be too long");
    let in_time = resilient::with_deadline(std::time::Instant::now() + Duration::from_millis(50), takes_time(&budget));
    assert!(in_time.await.is_err());
    assert_eq!(counts(&budget), (4, 2, 0), "the delay would end after the deadline");
}

#[tokio::test(start_paused = true)]
async fn attempts_without_a_number_end_with_the_budget() {
    #[retry(max_attempts = unlimited, base_delay = 1ms, backoff = constant, budget = budget)]
    async fn fails(budget: &RetryBudget, tries: &RefCell<u32>) -> Result<(), u32> {
        *tries.borrow_mut() += 1;
        Err(*tries.borrow())
    }

    let budget = RetryBudget::new("unlimited", RetryBudgetPolicy::new().share(3.0).min_per_second(0));
    assert_eq!(fails(&budget, &RefCell::default()).await, Err(4));
    assert_eq!(counts(&budget), (1, 3, 1));
}

#[tokio::test(start_paused = true)]
async fn no_budget_in_an_option_limits_nothing() {
    #[retry(max_attempts = 3, base_delay = 1ms, budget = budget)]
    async fn fails(budget: Option<&RetryBudget>, tries: &RefCell<u32>) -> Result<(), u32> {
        *tries.borrow_mut() += 1;
        Err(*tries.borrow())
    }

    let budget = RetryBudget::new("perhaps", ONE);
    assert_eq!(fails(None, &RefCell::default()).await, Err(3));
    assert_eq!(fails(Some(&budget), &RefCell::default()).await, Err(2));
}

#[tokio::test(start_paused = true)]
async fn attempts_by_hand_end_without_a_token() {
    const POLICY: RetryPolicy<&str> =
        RetryPolicy::new().max_attempts(5).base_delay(Duration::from_millis(1)).for_errors();
    let budget = RetryBudget::new("attempts", ONE);
    let mut attempts = POLICY.attempts().with_budget(&budget);
    assert_eq!(attempts.again("first").await, Ok(()));
    assert_eq!(attempts.again("second").await, Err("second"));
    assert_eq!(attempts.again_blocking("third"), Err("third"), "it has ended");
    assert_eq!(attempts.next().await, None);
    assert_eq!(counts(&budget), (1, 1, 1));
    let mut attempts = POLICY.attempts().with_budget(&budget);
    let refused = attempts.try_again(Failure::Inner("none")).await;
    assert!(matches!(refused, Err(Failure::Inner("none"))));
    advance(Duration::from_secs(1)).await;
    let mut attempts = POLICY.attempts().with_budget(&budget);
    assert!(attempts.next().await.is_some() && attempts.next().await.is_some());
    assert_eq!(attempts.next().await, None);
}
