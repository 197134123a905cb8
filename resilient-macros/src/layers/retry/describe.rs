//! `#[retry]` for readers.

use super::model::{
    BASE_DELAY, Backoff, EXPONENTIAL_BASE, Exhausted, Jitter, MAX_ATTEMPTS, MAX_DELAY, MAX_RETRY_AFTER, MaxAttempts,
    Retry,
};
use super::worst_case;
use crate::describe::described::{Describe, Layers};
use crate::describe::settings::{DescribedSettings, Text};
use crate::describe::worst_case::WorstCase;
use crate::facts::Facts;
use crate::facts::refusal::Refusal;
use crate::model::Value;

impl Describe for Retry {
    fn settings(&self) -> DescribedSettings {
        settings(self)
    }

    fn summary(&self, _facts: &Facts, settings: &DescribedSettings) -> String {
        format!(" {}", in_words(settings))
    }

    fn worst_case(&self, below: Layers<'_>, _attempt: u32) -> WorstCase {
        worst_case::worst_case(self, below)
    }
}

fn settings(retry: &Retry) -> DescribedSettings {
    let mut settings = DescribedSettings::new(retry.policy.as_ref(), retry.policy.is_none());
    match retry.max_attempts.as_ref().map(|setting| &setting.value) {
        Some(MaxAttempts::Count(Value::Known(count))) => settings.put("max_attempts", count.text(), true),
        Some(MaxAttempts::Count(Value::Expr(expr))) => settings.put_code("max_attempts", expr),
        Some(MaxAttempts::Unlimited) => settings.put("max_attempts", "unlimited", true),
        None => settings.unwritten("max_attempts", Some(MAX_ATTEMPTS.text())),
    }
    pauses(retry, &mut settings);
    settings.value("max_elapsed", retry.max_elapsed.as_ref(), None);
    settings.filter(["retry_on", "retry_if"], retry.filter.as_ref());
    settings.code("retry_if_ok", retry.retry_if_ok.as_ref());
    settings.code("retry_after", retry.retry_after.as_ref());
    settings.value(
        "max_retry_after",
        retry.max_retry_after.as_ref(),
        retry.retry_after.as_ref().map(|_| MAX_RETRY_AFTER),
    );
    refusals(retry, &mut settings);
    settings.code("on_retry", retry.on_retry.as_ref());
    match retry.exhausted.as_ref().map(|exhausted| exhausted.value) {
        Some(Exhausted::Wrap) => settings.put("exhausted", "wrap", true),
        given => settings.put("exhausted", "last_error", given.is_some()),
    }
    settings.code("map_err", retry.map_err.as_ref());
    if let Some(bind) = &retry.bind {
        settings.put_code("bind", &bind.value);
    }
    settings
}

fn pauses(retry: &Retry, settings: &mut DescribedSettings) {
    let backoff = retry.backoff.as_ref().map(|backoff| backoff.value);
    match backoff {
        Some(backoff) => settings.put("backoff", backoff_word(backoff), true),
        None => settings.unwritten("backoff", Some(backoff_word(Backoff::Exponential))),
    }
    settings.value("base_delay", retry.base_delay.as_ref(), Some(BASE_DELAY));
    settings.value("max_delay", retry.max_delay.as_ref(), Some(MAX_DELAY));
    let grows = backoff.is_none_or(|backoff| backoff == Backoff::Exponential);
    settings.value("exponential_base", retry.exponential_base.as_ref(), grows.then_some(EXPONENTIAL_BASE));
    match retry.jitter.as_ref().map(|jitter| &jitter.value) {
        Some(Jitter::Full) => settings.put("jitter", "full", true),
        Some(Jitter::Equal) => settings.put("jitter", "equal", true),
        Some(Jitter::None) => settings.put("jitter", "none", true),
        Some(Jitter::Factor(factor)) => settings.put("jitter", factor.text(), true),
        Some(Jitter::Expr(expr)) => settings.put_code("jitter", expr),
        None => settings.unwritten("jitter", (backoff != Some(Backoff::Decorrelated)).then_some("full")),
    }
}

const fn backoff_word(backoff: Backoff) -> &'static str {
    match backoff {
        Backoff::Exponential => "exponential",
        Backoff::Linear => "linear",
        Backoff::Constant => "constant",
        Backoff::Fibonacci => "fibonacci",
        Backoff::Decorrelated => "decorrelated",
    }
}

fn refusals(retry: &Retry, settings: &mut DescribedSettings) {
    match &retry.retry_refused {
        Some(refused) => {
            let words: Vec<_> = refused.value.iter().map(|refusal| refusal.word()).collect();
            settings.put("retry_refused", words.join(", "), true);
        }
        None => {
            let usual = Refusal::NAMED.into_iter().filter(|refusal| refusal.is_retried_by_default());
            settings.unwritten("retry_refused", Some(usual.map(Refusal::word).collect::<Vec<_>>().join(", ")));
        }
    }
}

fn in_words(settings: &DescribedSettings) -> String {
    let attempts = if settings.is("max_attempts", "unlimited") {
        "without a limit of attempts".to_owned()
    } else {
        format!("up to {} attempts", settings.shown("max_attempts"))
    };
    [
        attempts,
        pauses_in_words(settings),
        settings.given(", no more after ", "max_elapsed", ""),
        settings.filter_words(["retry_on", "retry_if"]),
        settings.given(", and after successes for which ", "retry_if_ok", " holds"),
        asked_in_words(settings),
        settings.given(", after the refusals ", "retry_refused", ""),
        if settings.is("exhausted", "wrap") { ", wrapping the last error".to_owned() } else { String::new() },
    ]
    .concat()
}

fn asked_in_words(settings: &DescribedSettings) -> String {
    match settings.show("retry_after") {
        Some(asked) => format!(", or the pause that {asked} finds, up to {}", settings.shown("max_retry_after")),
        None => String::new(),
    }
}

fn pauses_in_words(settings: &DescribedSettings) -> String {
    if settings.is("base_delay", "0s") {
        return ", without pauses".to_owned();
    }
    let (base, max) = (settings.shown("base_delay"), settings.shown("max_delay"));
    let span = if settings.is("backoff", "constant") { format!("of {base}") } else { format!("from {base} to {max}") };
    let growth = settings.given(" (growing by ", "exponential_base", ")");
    let jitter = match settings.get("jitter") {
        Some(setting) if setting.text == "none" => " without jitter".to_owned(),
        Some(setting) if setting.is_code || ["full", "equal"].contains(&setting.text.as_str()) => {
            format!(" with {} jitter", setting.show())
        }
        Some(setting) => format!(" with a jitter of {}", setting.show()),
        None => String::new(),
    };
    format!(", {} pauses {span}{growth}{jitter}", settings.shown("backoff"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::args::read;

    /// `name = text` of each setting.
    fn described(args: &str) -> Vec<String> {
        read::<Retry>(args)
            .settings()
            .all
            .into_iter()
            .map(|setting| format!("{} = {}", setting.name, setting.text))
            .collect()
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
