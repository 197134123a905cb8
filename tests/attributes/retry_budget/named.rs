//! Budgets by name, as handles, with settings at one place, and without a name.

use super::*;
use resilient::inspect::{LayerKind, functions};

#[retry_budget(share = 0.5, min_per_second = 2, burst = 7, earned_by = successes)]
static API: RetryBudget;

#[retry(max_attempts = 9, base_delay = 1ms, budget = API)]
fn by_handle() -> Result<(), ()> {
    Err(())
}

#[retry(max_attempts = 9, base_delay = 1ms, budget = "budgets: api")]
async fn by_name() -> Result<(), ()> {
    Err(())
}

#[retry(max_attempts = 9, base_delay = 1ms, budget(name = "budgets: api", share = 0.0, min_per_second = 3))]
fn with_settings() -> Result<(), ()> {
    Err(())
}

#[retry(max_attempts = 9, base_delay = 1ms, budget(share = 0.0, min_per_second = 4))]
fn of_its_own() -> Result<(), ()> {
    Err(())
}

#[tokio::test(start_paused = true)]
async fn a_handle_has_its_settings_and_its_name() {
    assert_eq!(API.name().as_str(), "api");
    let policy = RetryBudgetPolicy::new().share(0.5).min_per_second(2).burst(7).earned_by(EarnedBy::Successes);
    assert_eq!(API.policy(), policy);
    assert!(by_handle().is_err());
    assert_eq!(counts(&API), (0, 2, 1));
    assert!(std::ptr::eq::<RetryBudget>(&raw const *API, registry().retry_budget("api").unwrap()));
}

#[tokio::test(start_paused = true)]
async fn a_name_is_one_budget_for_sync_and_async_functions() {
    assert!(by_name().await.is_err());
    let budget = registry().retry_budget("budgets: api").unwrap();
    assert_eq!(counts(budget), (1, 3, 1), "the settings stand at the other function");
    advance(Duration::from_secs(1)).await;
    assert!(with_settings().is_err());
    assert_eq!(counts(budget), (2, 6, 2));
    assert!(registry().retry_budgets().iter().any(|other| std::ptr::eq(*other, budget)));
}

#[test]
fn a_budget_without_a_name_is_the_function_s_own() {
    assert!(of_its_own().is_err());
    assert!(registry().retry_budgets().iter().all(|budget| !budget.name().contains("of_its_own")));
}

#[test]
fn functions_and_verify_know_budgets() {
    let retry = |name: &str| {
        let function = functions().find(|function| function.path().ends_with(name)).unwrap();
        let layer = function.layers().first().unwrap();
        assert_eq!(layer.kind(), LayerKind::Retry);
        (layer.name(), layer.held(), layer.setting("budget"), layer.to_string())
    };
    let (name, held, setting, text) = retry("named::by_handle");
    assert_eq!((name, held, setting), (Some("api"), Some("API"), Some("API")));
    assert!(text.contains("budget = API") && !text.contains("(API"), "{text}");
    let (name, held, setting, text) = retry("named::by_name");
    assert_eq!((name, held, setting), (Some("budgets: api"), None, Some("\"budgets: api\"")));
    assert!(!text.contains("name ="), "{text}");
    let (name, _, setting, _) = retry("named::with_settings");
    assert_eq!(name, Some("budgets: api"));
    assert_eq!(setting, Some("name = \"budgets: api\", share = 0.0, min_per_second = 3"));
    let (name, _, setting, _) = retry("named::of_its_own");
    assert_eq!((name, setting), (None, Some("share = 0.0, min_per_second = 4")));
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "only debug builds panic")]
fn two_places_with_different_settings_conflict() {
    registry().retry_budget_or_insert("budgets: conflict", ONE);
    let other = || registry().retry_budget_or_insert("budgets: conflict", ONE.burst(3));
    let message = std::panic::catch_unwind(other).unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("budgets: conflict") && message.contains("burst"), "{message}");
}
