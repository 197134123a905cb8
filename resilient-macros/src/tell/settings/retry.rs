//! The settings of `#[retry]`.

use super::{Settings, Text, Told};
use crate::defaults::retry::{BASE_DELAY, EXPONENTIAL_BASE, MAX_ATTEMPTS, MAX_DELAY, MAX_RETRY_AFTER};
use crate::model::{Backoff, Exhausted, Jitter, MaxAttempts, Refusal, Retry, Value};

pub(super) fn settings(retry: &Retry) -> Vec<Told> {
    let mut settings = Settings::new(retry.policy.as_ref(), retry.policy.is_none());
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
    settings.told
}

fn pauses(retry: &Retry, settings: &mut Settings) {
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

fn refusals(retry: &Retry, settings: &mut Settings) {
    let word = |refusal: &Refusal| match refusal {
        Refusal::TimedOut => "timed_out",
        Refusal::BulkheadFull => "bulkhead_full",
        Refusal::CircuitOpen => "circuit_open",
    };
    match &retry.retry_refused {
        Some(refused) => {
            let words: Vec<_> = refused.value.iter().map(word).collect();
            settings.put("retry_refused", words.join(", "), true);
        }
        None => settings.unwritten("retry_refused", Some("timed_out, bulkhead_full")),
    }
}
