//! What calls earn: each once, when it begins or when it has succeeded.

use super::*;

#[retry(max_attempts = 3, base_delay = 1ms, budget = budget)]
async fn third(budget: &RetryBudget, tries: &RefCell<u32>) -> Result<u32, ()> {
    *tries.borrow_mut() += 1;
    let tries = *tries.borrow();
    if tries.is_multiple_of(3) { Ok(tries) } else { Err(()) }
}

#[tokio::test(start_paused = true)]
async fn a_call_earns_once_however_many_attempts_it_has() {
    let budget = RetryBudget::new("once", ONE_EACH.min_per_second(10));
    let tries = RefCell::default();
    assert_eq!(third(&budget, &tries).await, Ok(3));
    assert_eq!(counts(&budget), (1, 2, 0));
    assert_eq!(third(&budget, &tries).await, Ok(6));
    assert_eq!(counts(&budget), (2, 4, 0));
    assert_eq!(budget.available(), 10 + 2 - 4);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_earns_unless_only_successes_do() {
    #[retry(max_attempts = 2, base_delay = 1ms, budget = budget)]
    async fn fails(budget: &RetryBudget) -> Result<(), ()> {
        Err(())
    }

    let by_calls = RetryBudget::new("by calls", ONE_EACH);
    let by_successes = RetryBudget::new("by successes", ONE_EACH.earned_by(EarnedBy::Successes));
    assert!(fails(&by_calls).await.is_err() && fails(&by_successes).await.is_err());
    assert_eq!((counts(&by_calls), counts(&by_successes)), ((1, 1, 0), (0, 1, 0)));
}

#[tokio::test(start_paused = true)]
async fn a_success_after_retries_earns_once() {
    let budget = RetryBudget::new("successes", ONE_EACH.min_per_second(10).earned_by(EarnedBy::Successes));
    assert_eq!(third(&budget, &RefCell::default()).await, Ok(3));
    assert_eq!(counts(&budget), (1, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_success_that_is_not_enough_earns_nothing_by_successes() {
    #[retry(max_attempts = 2, base_delay = 1ms, retry_if_ok = |()| true, budget = budget)]
    async fn polls(budget: &RetryBudget) -> Result<(), ()> {
        Ok(())
    }

    let budget = RetryBudget::new("polled", ONE_EACH.earned_by(EarnedBy::Successes));
    assert_eq!(polls(&budget).await, Ok(()));
    assert_eq!(counts(&budget), (0, 1, 0));
}

#[test]
fn a_sync_call_earns_like_an_async_one() {
    #[retry(max_attempts = 2, base_delay = 0s, budget = budget)]
    fn second(budget: &RetryBudget, tries: &RefCell<u32>) -> Result<u32, ()> {
        *tries.borrow_mut() += 1;
        if *tries.borrow() == 2 { Ok(2) } else { Err(()) }
    }

    for earned_by in [EarnedBy::Calls, EarnedBy::Successes] {
        let budget = RetryBudget::new("sync", ONE_EACH.earned_by(earned_by));
        assert_eq!(second(&budget, &RefCell::default()), Ok(2));
        assert_eq!(counts(&budget), (1, 1, 0), "{earned_by:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn policies_by_hand_earn_as_attributes_do() {
    const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(2).base_delay(Duration::from_millis(1));
    for (earned_by, of_a_failure) in [(EarnedBy::Calls, 1), (EarnedBy::Successes, 0)] {
        let budget = RetryBudget::new("by hand", ONE_EACH.min_per_second(10).earned_by(earned_by));
        assert_eq!(POLICY.with_budget(&budget).run(async || Err::<(), _>(())).await, Err(()));
        assert_eq!(counts(&budget), (of_a_failure, 1, 0));
        let mut tries = 0;
        let second = || {
            tries += 1;
            if tries == 2 { Ok(()) } else { Err(()) }
        };
        assert_eq!(POLICY.with_budget(&budget).call(second), Ok(()));
        assert_eq!(counts(&budget), (of_a_failure + 1, 2, 0));
    }
}
