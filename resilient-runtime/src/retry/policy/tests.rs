use super::*;
use crate::core::error::ErrorKind;

const PLAIN: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

/// A policy as the setters would not make it in a debug build.
fn with(set: impl FnOnce(&mut Settings)) -> Option<&'static str> {
    let mut settings = Settings::DEFAULT;
    set(&mut settings);
    settings.problem()
}

#[test]
fn what_makes_no_sense_is_a_problem() {
    let second = Duration::from_secs(1);
    let problems = [
        with(|policy| policy.max_attempts = Some(0)),
        with(|policy| policy.max_attempts = None),
        with(|policy| policy.max_elapsed = Some(Duration::ZERO)),
        with(|policy| {
            (policy.max_attempts, policy.max_elapsed, policy.base_delay) = (None, Some(second), Duration::ZERO);
        }),
        with(|policy| policy.exponential_base = 0.9),
        with(|policy| policy.exponential_base = f64::NAN),
        with(|policy| (policy.base_delay, policy.max_delay) = (second + Duration::from_nanos(1), second)),
        with(|policy| policy.jitter = Some(Jitter::Factor(-0.1))),
        with(|policy| policy.jitter = Some(Jitter::Factor(1.1))),
    ];
    for (index, problem) in problems.iter().enumerate() {
        assert!(problem.is_some(), "the {index}th");
    }
}

#[test]
fn what_is_just_right_is_none() {
    let second = Duration::from_secs(1);
    let fine = [
        with(|_| {}),
        with(|policy| policy.max_attempts = Some(1)),
        with(|policy| policy.base_delay = Duration::ZERO),
        with(|policy| (policy.max_attempts, policy.max_elapsed) = (None, Some(Duration::from_nanos(1)))),
        with(|policy| policy.exponential_base = 1.0),
        with(|policy| (policy.base_delay, policy.max_delay) = (second, second)),
        with(|policy| policy.jitter = Some(Jitter::Factor(0.0))),
        with(|policy| policy.jitter = Some(Jitter::Factor(1.0))),
    ];
    assert_eq!(fine, [None; 8]);
}

#[test]
fn only_a_limit_of_time_asks_for_a_clock() {
    assert!(PLAIN.max_elapsed(Duration::from_secs(1)).settings.limits_time() && !PLAIN.settings.limits_time());
}

#[test]
fn refusals_are_retried_as_named() {
    let retried = |policy: RetryPolicy| {
        use ErrorKind::{BulkheadFull, CircuitOpen, RetriesExhausted, TimedOut};
        [TimedOut, BulkheadFull, CircuitOpen, RetriesExhausted].map(|kind| policy.settings.retries(kind))
    };
    assert_eq!(retried(PLAIN), [true, true, false, true]);
    let others = PLAIN.retry_timed_out(false).retry_bulkhead_full(false).retry_circuit_open(true);
    assert_eq!(retried(others), [false, false, true, true]);
    assert_eq!(retried(PLAIN.retry_timed_out(false)), [false, true, false, true]);
    assert_eq!(retried(PLAIN.retry_bulkhead_full(false)), [true, false, false, true]);
}

#[cfg(debug_assertions)]
#[test]
#[should_panic(expected = "exponential_base")]
fn a_base_that_shrinks_panics_in_debug_builds() {
    let _ = PLAIN.exponential_base(1.0).exponential_base(0.99);
}

#[test]
fn at_least_one_attempt_is_allowed_whatever_was_computed() {
    assert_eq!(PLAIN.settings.most_attempts(), Some(3));
    assert_eq!(PLAIN.unlimited_attempts().settings.most_attempts(), None);
    let zero = Settings { max_attempts: Some(0), ..PLAIN.settings };
    assert_eq!(zero.most_attempts(), Some(1));
}

#[test]
fn unlimited_attempts_end_by_time_or_by_a_budget() {
    let unlimited = PLAIN.unlimited_attempts();
    assert!(unlimited.settings.problem().is_some_and(|problem| problem.contains("max_elapsed")));
    assert_eq!(unlimited.max_elapsed(Duration::from_secs(1)).settings.problem(), None);
    assert_eq!(unlimited.in_budget().settings.problem(), None);
    let busy = unlimited.in_budget().base_delay(Duration::ZERO);
    assert!(busy.settings.problem().is_some_and(|problem| problem.contains("base_delay")));
    assert_eq!(PLAIN.in_budget(), PLAIN, "it changes no delay");
}
