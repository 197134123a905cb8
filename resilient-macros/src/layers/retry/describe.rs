//! `#[retry]` for readers.

use super::model::Retry;
use super::worst_case;
use crate::describe::described::{Describe, Layers};
use crate::describe::settings::DescribedSettings;
use crate::describe::worst_case::WorstCase;
use crate::facts::Facts;
use crate::settings::Table;

impl Describe for Retry {
    fn settings(&self) -> DescribedSettings {
        self.described(self.policy.is_none())
    }

    fn summary(&self, _facts: &Facts, settings: &DescribedSettings) -> String {
        format!(" {}", in_words(self, settings))
    }

    fn worst_case(&self, below: Layers<'_>, _attempt: u32) -> WorstCase {
        worst_case::worst_case(self, below)
    }
}

fn in_words(retry: &Retry, settings: &DescribedSettings) -> String {
    let attempts = if settings.is("max_attempts", "unlimited") {
        "without a limit of attempts".to_owned()
    } else {
        format!("up to {} attempts", settings.shown("max_attempts"))
    };
    [
        attempts,
        delays_in_words(retry, settings),
        settings.given(", no more after ", "max_elapsed", ""),
        settings.filter_words(["retry_on", "retry_if"]),
        settings.given(", and after successes for which ", "retry_if_ok", " holds"),
        settings.given(", after results for which ", "retry_if_result", " holds"),
        settings.given(", where ", "idempotent", " is false only if the call was never sent"),
        asked_in_words(settings),
        settings.given(", after the refusals ", "retry_refused", ""),
        settings.given(", in the budget ", "budget", ""),
        if settings.is("exhausted", "wrap") { ", wrapping the last error".to_owned() } else { String::new() },
    ]
    .concat()
}

fn asked_in_words(settings: &DescribedSettings) -> String {
    let asked: Vec<String> = ["retry_after", "retry_after_ok"].iter().filter_map(|name| settings.show(name)).collect();
    if asked.is_empty() {
        return String::new();
    }
    format!(", or the pause that {} finds, up to {}", asked.join(" or "), settings.shown("max_retry_after"))
}

fn delays_in_words(retry: &Retry, settings: &DescribedSettings) -> String {
    if settings.is("base_delay", "0s") {
        return ", without pauses".to_owned();
    }
    let jitter = jitter_in_words(settings);
    let backoff = settings.shown("backoff");
    if retry.pauses().is_some() {
        return format!(", pauses {backoff}, the last one repeated,{jitter}");
    }
    if retry.formula().is_none() {
        return format!(", pauses that {backoff} computes, up to {},{jitter}", settings.shown("max_delay"));
    }
    let (base, max) = (settings.shown("base_delay"), settings.shown("max_delay"));
    let span = if settings.is("backoff", "constant") { format!("of {base}") } else { format!("from {base} to {max}") };
    let growth = settings.given(" (growing by ", "exponential_base", ")");
    format!(", {backoff} pauses {span}{growth}{jitter}")
}

fn jitter_in_words(settings: &DescribedSettings) -> String {
    match settings.get("jitter") {
        Some(setting) if setting.text == "none" => " without jitter".to_owned(),
        Some(setting) if setting.is_code || ["full", "equal"].contains(&setting.text.as_str()) => {
            format!(" with {} jitter", setting.show())
        }
        Some(setting) => format!(" with a jitter of {}", setting.show()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::args::read;
    use crate::tests::settings_in_words;

    fn described(args: &str) -> Vec<String> {
        settings_in_words(&read::<Retry>(args))
    }

    #[test]
    fn defaults_are_settings_too() {
        assert_eq!(
            described(""),
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
    }

    #[test]
    fn a_default_that_another_setting_rules_out_is_none() {
        assert!(!described("backoff = constant").iter().any(|setting| setting.starts_with("exponential_base")));
        assert!(!described("backoff = decorrelated").iter().any(|setting| setting.starts_with("jitter")));
    }

    #[test]
    fn what_is_given_elsewhere_is_left_out() {
        assert_eq!(
            described("policy = crate::API, max_attempts = 2")[..3],
            ["policy = crate::API", "max_attempts = 2", "retry_on = every error"]
        );
    }

    #[test]
    fn filters_are_described_as_written() {
        let filter = "retry_on(| Error::Io(_) | Error::Status(500..=599) if again)";
        assert!(described(filter).contains(&"retry_on = Error::Io(_) | Error::Status(500..=599) if again".to_owned()));
    }
}
