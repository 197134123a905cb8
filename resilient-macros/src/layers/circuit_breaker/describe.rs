//! `#[circuit_breaker]` for readers.

use std::time::Duration;

use super::model::{
    CircuitBreaker, FAILURE_THRESHOLD, HALF_OPEN_MAX_CALLS, MAX_RECOVERY_TIMEOUT, MIN_CALLS_IN_TIME, PROBE_TIMEOUT,
    RECOVERY_TIMEOUT, SUCCESS_THRESHOLD, WINDOW, Window,
};
use crate::describe::described::{Describe, Layers};
use crate::describe::format::span;
use crate::describe::pretty_tokens::code;
use crate::describe::settings::{DescribedSettings, Text};
use crate::describe::summary::{elsewhere, shared};
use crate::describe::worst_case::{Sum, WorstCase};
use crate::facts::Facts;
use crate::model::effective;

impl Describe for CircuitBreaker {
    fn settings(&self) -> DescribedSettings {
        settings(self)
    }

    fn summary(&self, facts: &Facts, settings: &DescribedSettings) -> String {
        if self.gives_settings() {
            format!("{}, {}", shared(facts), in_words(settings))
        } else {
            format!("{}{}", elsewhere(facts), failures(settings))
        }
    }

    /// It admits or refuses at once.
    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase {
        below.worst_case(attempt)
    }

    /// How long it stays open at a time.
    fn longest_refusal(&self) -> Option<WorstCase> {
        let known = longest_open_time(self).map(|time| WorstCase::Within(Sum::known(time)));
        let name = code(&self.name.value.expr);
        Some(known.unwrap_or_else(|| WorstCase::depends_on(format!("how long the breaker {} stays open", span(&name)))))
    }
}

fn settings(breaker: &CircuitBreaker) -> DescribedSettings {
    let mut settings =
        DescribedSettings::new(breaker.policy.as_ref(), breaker.policy.is_none() && breaker.gives_settings());
    let streak = breaker.failure_rate.is_none().then_some(FAILURE_THRESHOLD);
    settings.value("failure_threshold", breaker.failure_threshold.as_ref(), streak);
    settings.value("failure_rate", breaker.failure_rate.as_ref(), None);
    window(breaker, &mut settings);
    settings.value("slow_call", breaker.slow_call.as_ref(), None);
    settings.value("slow_call_rate", breaker.slow_call_rate.as_ref(), None);
    settings.value("recovery_timeout", breaker.recovery_timeout.as_ref(), Some(RECOVERY_TIMEOUT));
    settings.value("recovery_backoff", breaker.recovery_backoff.as_ref(), None);
    let longest = breaker.recovery_backoff.as_ref().map(|_| MAX_RECOVERY_TIMEOUT);
    settings.value("max_recovery_timeout", breaker.max_recovery_timeout.as_ref(), longest);
    settings.value("half_open_max_calls", breaker.half_open_max_calls.as_ref(), Some(HALF_OPEN_MAX_CALLS));
    let open = effective(breaker.recovery_timeout.as_ref(), Some(RECOVERY_TIMEOUT));
    settings.value("probe_timeout", breaker.probe_timeout.as_ref(), open.map(|open| open.max(PROBE_TIMEOUT)));
    settings.value("success_threshold", breaker.success_threshold.as_ref(), Some(SUCCESS_THRESHOLD));
    settings.filter(["failure_on", "failure_if"], breaker.filter.as_ref());
    settings.code("map_err", breaker.map_err.as_ref());
    settings
}

/// Only a rate looks at a window.
fn window(breaker: &CircuitBreaker, settings: &mut DescribedSettings) {
    let rate = breaker.failure_rate.is_some() || breaker.slow_call_rate.is_some();
    let known = match breaker.window.as_ref().map(|window| &window.value) {
        Some(Window::Calls(calls)) => {
            settings.put("window", calls.text(), true);
            Some(*calls)
        }
        Some(Window::Time(span)) => {
            settings.put("window", span.text(), true);
            Some(MIN_CALLS_IN_TIME)
        }
        Some(Window::Expr(expr)) => {
            settings.put_code("window", expr);
            None
        }
        None => {
            settings.unwritten("window", rate.then(|| WINDOW.text()));
            Some(WINDOW)
        }
    };
    settings.value("min_calls", breaker.min_calls.as_ref(), known.filter(|_| rate));
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
        failures(settings),
    ]
    .concat()
}

/// Which errors count, if not all.
fn failures(settings: &DescribedSettings) -> String {
    settings.given(", failures are ", "failure_on", "") + &settings.given(", failures are what ", "failure_if", " says")
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

    /// `name = text` of each setting.
    fn described(args: &str) -> Vec<String> {
        read::<CircuitBreaker>(args)
            .settings()
            .all
            .into_iter()
            .map(|setting| format!("{} = {}", setting.name, setting.text))
            .collect()
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
