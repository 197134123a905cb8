//! What comes out of whole stacks.

use std::time::Duration;

use super::described;
use crate::describe::described::worst_case;
use crate::describe::worst_case::WorstCase;

/// The worst case in a few words.
pub(crate) fn of(attributes: &str) -> String {
    match described(attributes, worst_case) {
        WorstCase::Within(time) => match time.caveats() {
            Some(caveats) => format!("{}, {caveats}", time.sum()),
            None => time.sum(),
        },
        WorstCase::DependsOn(values) => format!("depends on {}", values.join(", ")),
        WorstCase::Unbounded(reason) => reason.to_owned(),
    }
}

pub(crate) const NO_TIMEOUT: &str = "its body has no timeout";

#[test]
fn nothing_but_a_timeout_limits_a_body() {
    assert_eq!(of("#[timeout(2s)]"), "2s");
    for unlimited in ["#[retry]", "#[circuit_breaker(name = \"a\")]", "#[fallback(default)]"] {
        assert_eq!(of(unlimited), NO_TIMEOUT, "{unlimited}");
    }
    assert_eq!(of("#[retry(max_elapsed = 1s)]"), NO_TIMEOUT);
}

#[test]
fn attempts_and_delays_add_up() {
    assert_eq!(of("#[retry] #[timeout(2s)]"), "6.3s");
    assert_eq!(of("#[retry(max_attempts = 4, base_delay = 50ms, jitter = 0.5)] #[timeout(2s)]"), "8.525s");
    assert_eq!(of("#[timeout(5s)] #[retry] #[timeout(2s)]"), "5s");
    assert_eq!(of("#[timeout(9s)] #[retry] #[timeout(2s)]"), "6.3s");
    assert_eq!(of("#[timeout(9s)] #[retry]"), "9s");
}

#[test]
fn a_list_adds_up_as_it_is_written_and_a_function_is_not_known() {
    assert_eq!(of("#[retry(max_attempts = 5, backoff = [1s, 5s, 10s])] #[timeout(2s)]"), "36s");
    assert_eq!(of("#[retry(backoff = [1s], jitter = 0.5)] #[timeout(2s)]"), "9s");
    assert_eq!(of("#[retry(backoff = [1s, self.long, LONG])] #[timeout(2s)]"), "depends on `self.long`, `LONG`");
    assert_eq!(of("#[retry(backoff = pauses)] #[timeout(2s)]"), "depends on `pauses`");
    assert_eq!(of("#[retry(backoff = |n| pause * n, max_elapsed = 9s)] #[timeout(2s)]"), "11s");
}

#[test]
fn a_step_is_added_for_each_attempt_after_the_first() {
    assert_eq!(of("#[retry(base_delay = 0s)] #[timeout(2s, step = 1s)]"), "9s");
    assert_eq!(of("#[retry(base_delay = 0s)] #[timeout(2s, step = later)]"), "3 × `later` + 6s");
    let many = "#[retry(max_attempts = 2000, base_delay = 0s)] #[timeout(1s, step = 1s)]";
    assert_eq!(described(many, worst_case), described("#[timeout(4000000s)]", worst_case), "2000 times the last one");
}

#[test]
fn max_elapsed_ends_all_but_the_last_attempt() {
    assert_eq!(of("#[retry(max_elapsed = 3s)] #[timeout(2s)]"), "5s");
    assert_eq!(of("#[retry(max_elapsed = 1h)] #[timeout(2s)]"), "6.3s");
    assert_eq!(of("#[retry(max_attempts = unlimited, max_elapsed = 1min)] #[timeout(2s)]"), "1min 2s");
    assert_eq!(of("#[retry(policy = API, max_elapsed = 10s)] #[timeout(2s)]"), "12s");
    assert_eq!(of("#[retry(max_elapsed = 1s)] #[timeout(2s, step = 1s)]"), "5s");
    assert_eq!(
        of("#[retry(max_attempts = unlimited, max_elapsed = 1min)] #[timeout(2s, step = 1s)]"),
        "its timeout grows with each of its unlimited attempts"
    );
}

#[test]
fn a_delay_that_is_asked_for_may_be_longer() {
    assert_eq!(of("#[retry(retry_after = asked)] #[timeout(1s)]"), "10min 3s");
    assert_eq!(of("#[retry(retry_after = asked, max_retry_after = 150ms)] #[timeout(1s)]"), "3.35s");
    assert_eq!(of("#[retry(retry_if_ok = busy, retry_after_ok = asked)] #[timeout(1s)]"), "10min 3s");
    let open = |breaker: &str| {
        of(&format!("#[retry(retry_refused(circuit_open))] #[circuit_breaker({breaker})] #[timeout(1s)]"))
    };
    assert_eq!(open("name = \"a\", failure_threshold = 2"), "1min 3.3s");
    assert_eq!(open("name = \"a\", recovery_timeout = 5s, recovery_backoff = 2, max_recovery_timeout = 10s"), "23.3s");
    assert_eq!(open("name = \"a\""), "depends on how long the breaker `\"a\"` stays open");
}

#[test]
fn values_that_are_not_known_are_named() {
    assert_eq!(of("#[retry] #[timeout(self.limit)]"), "3 × `self.limit` + 300ms");
    assert_eq!(of("#[timeout(self.limit)] #[retry] #[timeout(2s)]"), "6.3s");
    assert_eq!(of("#[timeout(self.limit)] #[retry]"), "`self.limit`");
    assert_eq!(of("#[retry(max_attempts = n)] #[timeout(self.limit)]"), "depends on `self.limit`, `n`");
    assert_eq!(of("#[retry(base_delay = pause, jitter = spread)] #[timeout(1s)]"), "depends on `pause`, `spread`");
    assert_eq!(of("#[retry(policy = API)] #[timeout(policy = LIMIT)]"), "depends on `LIMIT`, `API`");
    assert_eq!(of("#[retry(policy = API)]"), NO_TIMEOUT);
}

#[test]
fn what_is_left_out_is_said() {
    let value = "#[fallback(value = 1, default)] #[timeout(2s)]";
    assert_eq!(of(value), "2s");
    assert_eq!(of("#[fallback(cached)] #[timeout(2s)]"), "2s, plus the time of its fallback");
    assert_eq!(of("#[fallback(cached, |_| Ok(1))] #[timeout(2s)]"), "2s, plus the time of its fallbacks");
    assert_eq!(
        of("#[retry] #[fallback(cached, fallback_on(Error::Gone))] #[timeout(2s)]"),
        "6.3s, plus the time of its fallback in each attempt"
    );
    assert_eq!(of("#[timeout(3s)] #[fallback(cached)] #[timeout(2s)]"), "3s", "it ends the fallback, too");
}

#[test]
fn a_cooperative_timeout_waits_for_its_body() {
    assert_eq!(of("#[timeout(2s, cooperative)]"), "2s, if its body keeps to its deadline");
    assert_eq!(of("#[retry] #[timeout(2s, cooperative)]"), "6.3s, if its body keeps to its deadline");
    assert_eq!(of("#[timeout(5s, cooperative)] #[retry] #[timeout(2s)]"), "6.3s");
    assert_eq!(of("#[timeout(5s)] #[retry] #[timeout(2s, cooperative)]"), "5s");
}

#[test]
fn numbers_of_any_size_end() {
    let huge = "#[retry(max_attempts = 4_000_000_000, max_delay = 1000h)] #[timeout(18446744073709551615s)]";
    let WorstCase::Within(time) = described(huge, worst_case) else { panic!("a bound") };
    assert_eq!(time.as_known(), Some(Duration::MAX));
}
