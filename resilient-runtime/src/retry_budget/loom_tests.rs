//! Models of retry budgets: calls are counted without a lock, and tokens are taken behind one.

use loom::sync::Arc;
use loom::thread;

use crate::core::loom_model::model;
use crate::retry_budget::budget::RetryBudget;
use crate::retry_budget::policy::RetryBudgetPolicy;

/// Each call earns a token, and time earns nothing.
fn budget() -> Arc<RetryBudget> {
    Arc::new(RetryBudget::new("model", RetryBudgetPolicy::new().share(1.0).min_per_second(0)))
}

/// Runs two threads beside this one.
fn beside<R: 'static>(budget: &Arc<RetryBudget>, act: fn(&RetryBudget) -> R) -> [R; 2] {
    let spawn = || {
        let budget = Arc::clone(budget);
        thread::spawn(move || act(&budget))
    };
    [spawn(), spawn()].map(|thread| thread.join().unwrap())
}

#[test]
fn a_call_that_has_begun_on_its_thread_has_earned_its_token() {
    model(|| {
        let budget = budget();
        let taken = beside(&budget, |budget| {
            budget.record_call();
            budget.try_take()
        });
        assert_eq!(taken, [true, true], "each of them has earned one, whoever takes it");
        assert_eq!(budget.available(), 0);
    });
}

#[test]
fn the_last_token_is_taken_once() {
    model(|| {
        let budget = budget();
        budget.record_call();
        let taken = beside(&budget, RetryBudget::try_take);
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
        assert_eq!(budget.available(), 0);
    });
}

#[test]
fn no_token_is_lost_or_made_up_while_one_is_given_back() {
    model(|| {
        let budget = budget();
        budget.record_call();
        let giving = Arc::clone(&budget);
        let gives_back = thread::spawn(move || drop(giving.token()));
        let calling = Arc::clone(&budget);
        let calls = thread::spawn(move || calling.record_call());
        let taken = u64::from(budget.try_take());
        gives_back.join().unwrap();
        calls.join().unwrap();
        assert_eq!(taken + budget.available(), 2);
        assert_eq!(budget.stats().retries, taken);
    });
}

#[cfg(feature = "config")]
#[test]
fn no_token_is_lost_or_made_up_while_the_settings_change() {
    model(|| {
        let budget = budget();
        budget.record_call();
        let other = Arc::clone(&budget);
        let other = thread::spawn(move || {
            other.record_call();
            u64::from(other.try_take())
        });
        budget.change_policy(RetryBudgetPolicy::new().share(1.0).min_per_second(0).burst(9));
        let taken = u64::from(budget.try_take()) + other.join().unwrap();
        assert_eq!(taken + budget.available(), 2);
    });
}
