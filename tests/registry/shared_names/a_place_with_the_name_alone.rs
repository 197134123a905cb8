//! A function that gives only a name uses the settings that another place gives.

use super::*;

#[test]
fn that_runs_first_gets_the_settings_that_are_written_elsewhere() {
    #[circuit_breaker(name = "alone: breaker")]
    fn alone(outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(name = "alone: breaker", failure_threshold = 1, recovery_timeout = 1h)]
    fn with_settings(outcome: Outcome) -> Outcome {
        outcome
    }

    assert!(alone(BAD).is_err());
    assert!(is_open(&alone(GOOD)), "one failure is enough");
    assert!(is_open(&with_settings(GOOD)));
    let policy = BreakerPolicy::new().failure_threshold(1).recovery_timeout(Duration::from_secs(3600));
    assert_eq!(registry().circuit_breaker("alone: breaker").expect("it has run").policy(), policy);
}

#[test]
fn gets_the_settings_of_a_function_that_never_runs() {
    #[circuit_breaker(name = "alone: never runs")]
    fn alone(outcome: Outcome) -> Outcome {
        outcome
    }

    #[allow(dead_code)]
    #[circuit_breaker(name = "alone: never runs", failure_threshold = 2)]
    async fn never_runs() -> Outcome {
        GOOD
    }

    assert!(alone(BAD).is_err());
    assert!(alone(BAD).is_err());
    assert!(is_open(&alone(GOOD)));
}

#[test]
fn gets_the_settings_of_a_policy() {
    const POLICY: BreakerPolicy = BreakerPolicy::new().failure_threshold(1);

    #[circuit_breaker(name = "alone: policy")]
    fn alone(outcome: Outcome) -> Outcome {
        outcome
    }

    #[allow(dead_code)]
    #[circuit_breaker(name = "alone: policy", policy = POLICY)]
    fn with_settings() -> Outcome {
        GOOD
    }

    assert!(alone(BAD).is_err());
    assert!(is_open(&alone(GOOD)));
}

#[tokio::test]
async fn gets_the_settings_of_a_bulkhead() {
    #[bulkhead(name = "alone: bulkhead")]
    async fn alone() -> Outcome {
        GOOD
    }

    #[allow(dead_code)]
    #[bulkhead(name = "alone: bulkhead", max_concurrent = 1, max_wait = 3s)]
    fn with_settings() -> Outcome {
        GOOD
    }

    assert!(alone().await.is_ok());
    let policy = BulkheadPolicy::new(1).max_wait(Duration::from_secs(3));
    assert_eq!(registry().bulkhead("alone: bulkhead").expect("it has run").policy(), policy);
}

#[test]
fn gets_the_defaults_if_no_place_has_settings() {
    #[circuit_breaker(name = "alone: defaults")]
    fn call() -> Outcome {
        GOOD
    }

    assert!(call().is_ok());
    let breaker = registry().circuit_breaker("alone: defaults").expect("it has run");
    assert_eq!(breaker.policy(), BreakerPolicy::new());
}
