//! `#[circuit_breaker]` for readers.

use std::time::Duration;

use super::model::{CircuitBreaker, MAX_RECOVERY_TIMEOUT, RECOVERY_TIMEOUT};
use crate::describe::described::{Describe, Layers};
use crate::describe::format::span;
use crate::describe::pretty_tokens::code;
use crate::describe::settings::DescribedSettings;
use crate::describe::summary::{elsewhere, shared};
use crate::describe::worst_case::{Sum, WorstCase};
use crate::facts::Facts;
use crate::model::effective;
use crate::settings::Table;

impl Describe for CircuitBreaker {
    fn settings(&self) -> DescribedSettings {
        self.described(self.policy.is_none() && self.gives_settings())
    }

    fn summary(&self, facts: &Facts, settings: &DescribedSettings) -> String {
        if self.gives_settings() {
            format!("{}, {}", shared(facts), in_words(settings))
        } else {
            format!("{}{}", elsewhere(facts), settings.failures())
        }
    }

    fn state_in_words(&self) -> String {
        in_words(&self.described(true))
    }

    /// It admits or refuses at once.
    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase {
        below.worst_case(attempt)
    }

    /// How long it stays open at a time.
    fn longest_refusal(&self) -> Option<WorstCase> {
        let known = longest_open_time(self).map(|time| WorstCase::Within(Sum::known(time)));
        let which = self.held.as_ref().or(self.name.as_ref().map(|name| &name.value.expr));
        let name = which.map(|which| span(&code(which))).unwrap_or_default();
        Some(known.unwrap_or_else(|| WorstCase::depends_on(format!("how long the breaker {name} stays open"))))
    }
}

fn in_words(settings: &DescribedSettings) -> String {
    let in_a_row = settings.show("failure_threshold").map(|failures| format!("after {failures} failures in a row"));
    let window = match settings.get("window") {
        Some(setting) if setting.is_code => format!("of a window of {}", setting.show()),
        Some(setting) if setting.text.ends_with(char::is_numeric) => format!("of the last {} calls", setting.show()),
        Some(setting) => format!("of the calls in the last {}", setting.show()),
        None => String::new(),
    };
    let rate = settings.show("failure_rate").map(|rate| format!("when a share of {rate} {window} fails"));
    let slow = settings.show("slow_call").zip(settings.show("slow_call_rate"));
    let slow = slow.map(|(call, rate)| format!("when a share of {rate} {window} takes longer than {call}"));
    let when: Vec<_> = [in_a_row, rate, slow].into_iter().flatten().collect();
    [
        format!("opens {}", when.join(" or ")),
        settings.given(" once it has seen ", "min_calls", ""),
        format!(", for {}", settings.shown("recovery_timeout")),
        settings.given(", each time in a row ", "recovery_backoff", " times as long"),
        settings.show("max_recovery_timeout").map(|longest| format!(" up to {longest}")).unwrap_or_default(),
        settings.keys(),
        settings.failures(),
    ]
    .concat()
}

fn longest_open_time(breaker: &CircuitBreaker) -> Option<Duration> {
    if breaker.policy.is_some() || !breaker.gives_settings() {
        return None;
    }
    let first = effective(breaker.recovery_timeout.as_ref(), Some(RECOVERY_TIMEOUT))?;
    if breaker.recovery_backoff.is_none() {
        return Some(first);
    }
    effective(breaker.max_recovery_timeout.as_ref(), Some(MAX_RECOVERY_TIMEOUT)).map(|longest| longest.max(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::args::read;
    use crate::tests::settings_in_words;

    fn described(args: &str) -> Vec<String> {
        settings_in_words(&read::<CircuitBreaker>(args))
    }

    #[test]
    fn a_default_that_another_setting_rules_out_is_none() {
        assert_eq!(
            described("name = \"a\", failure_rate = 0.5")[..3],
            ["failure_rate = 0.5", "window = 100", "min_calls = 100"]
        );
        assert_eq!(
            described("name = \"a\", failure_rate = 0.5, window = 10s")[1..3],
            ["window = 10s", "min_calls = 10"]
        );
        for (recovery, expected) in [("1s", Some("30s")), ("1min", Some("1min")), ("LONG", None)] {
            let settings = described(&format!("name = \"a\", recovery_timeout = {recovery}"));
            let probe = settings.iter().find_map(|setting| setting.strip_prefix("probe_timeout = "));
            assert_eq!(probe, expected, "with a recovery_timeout of {recovery}");
        }
    }

    #[test]
    fn a_window_of_another_kind_is_described() {
        assert_eq!(
            described("name = \"a\", failure_rate = 0.5, window = WINDOW")[..2],
            ["failure_rate = 0.5", "window = WINDOW"]
        );
    }

    #[test]
    fn what_is_given_elsewhere_is_left_out() {
        assert_eq!(described("name = \"a\""), ["failure_on = every error"]);
    }
}
