//! What each attribute tells of itself.

use super::{Told, settings};
use crate::tell::layers;

/// `name = text` of each setting of the one layer.
fn told(attribute: &str) -> Vec<String> {
    let [layer] = &layers(attribute)[..] else { panic!("one layer") };
    settings(layer).into_iter().map(|Told { name, text, .. }| format!("{name} = {text}")).collect()
}

#[test]
fn defaults_are_settings_too() {
    assert_eq!(
        told("#[retry]"),
        [
            "max_attempts = 3",
            "backoff = exponential",
            "base_delay = 100ms",
            "max_delay = 1min",
            "exponential_base = 2.0",
            "jitter = full",
            "retry_on = every error",
            "retry_refused = timed_out, bulkhead_full",
            "exhausted = last_error",
        ]
    );
    assert_eq!(told("#[bulkhead]"), ["max_concurrent = 10", "max_wait = 0s"]);
}

#[test]
fn a_default_that_another_setting_rules_out_is_none() {
    assert!(!told("#[retry(backoff = constant)]").iter().any(|told| told.starts_with("exponential_base")));
    assert!(!told("#[retry(backoff = decorrelated)]").iter().any(|told| told.starts_with("jitter")));
    assert_eq!(
        told("#[circuit_breaker(name = \"a\", failure_rate = 0.5)]")[..3],
        ["failure_rate = 0.5", "window = 100", "min_calls = 100"]
    );
    assert_eq!(
        told("#[circuit_breaker(name = \"a\", failure_rate = 0.5, window = 10s)]")[1..3],
        ["window = 10s", "min_calls = 10"]
    );
    for (recovery, expected) in [("1s", Some("30s")), ("1min", Some("1min")), ("LONG", None)] {
        let told = told(&format!("#[circuit_breaker(name = \"a\", recovery_timeout = {recovery})]"));
        let probe = told.iter().find_map(|told| told.strip_prefix("probe_timeout = "));
        assert_eq!(probe, expected, "with a recovery_timeout of {recovery}");
    }
}

#[test]
fn a_window_or_a_wait_of_another_kind_is_told() {
    assert_eq!(
        told("#[circuit_breaker(name = \"a\", failure_rate = 0.5, window = WINDOW)]")[..2],
        ["failure_rate = 0.5", "window = WINDOW"]
    );
    assert_eq!(told("#[bulkhead(max_wait = unlimited)]")[1], "max_wait = unlimited");
    assert_eq!(told("#[bulkhead(max_wait = None)]")[1], "max_wait = None");
}

#[test]
fn what_is_given_elsewhere_is_left_out() {
    assert_eq!(told("#[circuit_breaker(name = \"a\")]"), ["failure_on = every error"]);
    assert_eq!(told("#[bulkhead(name = NAME)]"), Vec::<String>::new());
    assert_eq!(told("#[timeout(policy = LIMIT)]"), ["policy = LIMIT"]);
    assert_eq!(
        told("#[retry(policy = crate::API, max_attempts = 2)]")[..3],
        ["policy = crate::API", "max_attempts = 2", "retry_on = every error"]
    );
}

#[test]
fn expressions_and_filters_are_told_as_written() {
    assert_eq!(told("#[timeout(self.limit * 2, step = 1s)]"), ["duration = self.limit * 2", "step = 1s"]);
    let filter = "#[retry(retry_on(| Error::Io(_) | Error::Status(500..=599) if again))]";
    assert!(told(filter).contains(&"retry_on = Error::Io(_) | Error::Status(500..=599) if again".to_owned()));
    assert_eq!(
        told("#[fallback(Self::cached, |_| Ok(0), value = 3, fallback_if = Error::is_timed_out)]"),
        ["function = Self::cached", "closure = |_| Ok(0)", "value = 3", "fallback_if = Error::is_timed_out"]
    );
}
