//! Names of settings in other libraries, and what they are called here.

use quote::ToTokens;
use syn::{Expr, ExprLit, Lit, Meta};

use crate::diagnostics::suggestion;
use crate::model::Kind;

/// One name of another library.
struct Synonym {
    name: &'static str,
    ours: &'static str,
    write: Write,
    /// How ours differs, after "which", or nothing.
    remark: &'static str,
}

/// How our setting is written with the value that was given.
#[derive(Clone, Copy)]
enum Write {
    /// The name alone.
    Name,
    /// With this behind the name.
    With(&'static str),
    /// With one more than the number.
    OneMore,
    /// With the number and this unit.
    Unit(&'static str),
}

const fn row(name: &'static str, ours: &'static str, write: Write, remark: &'static str) -> Synonym {
    Synonym { name, ours, write, remark }
}

use Write::{Name, OneMore, Unit, With};

const FIRST_TOO: &str = "counts the first attempt as well";
const FINDS_IT: &str = "finds the pause in the error";

const RETRY: &[Synonym] = &[
    row("max_retries", "max_attempts", OneMore, FIRST_TOO),
    row("max_retry_attempts", "max_attempts", OneMore, FIRST_TOO),
    row("max_retry_count", "max_attempts", OneMore, FIRST_TOO),
    row("num_retries", "max_attempts", OneMore, FIRST_TOO),
    row("retries", "max_attempts", OneMore, FIRST_TOO),
    row("retry_count", "max_attempts", OneMore, FIRST_TOO),
    row("max_times", "max_attempts", OneMore, FIRST_TOO),
    row("times", "max_attempts", OneMore, FIRST_TOO),
    row("attempts", "max_attempts", Name, ""),
    row("stop_after_attempt", "max_attempts", Name, ""),
    row("max_tries", "max_attempts", Name, ""),
    row("tries", "max_attempts", Name, ""),
    row("delay", "base_delay", Name, ""),
    row("default_retry_delay", "base_delay", Name, ""),
    row("initial_delay", "base_delay", Name, ""),
    row("initial_interval", "base_delay", Name, ""),
    row("min_delay", "base_delay", Name, ""),
    row("retry_delay", "base_delay", Name, ""),
    row("wait_duration", "base_delay", Name, ""),
    row("max_backoff", "max_delay", Name, ""),
    row("max_interval", "max_delay", Name, ""),
    row("backoff_factor", "exponential_base", Name, ""),
    row("backoff_multiplier", "exponential_base", Name, ""),
    row("factor", "exponential_base", Name, ""),
    row("multiplier", "exponential_base", Name, ""),
    row("max_duration", "max_elapsed", Name, ""),
    row("max_elapsed_time", "max_elapsed", Name, ""),
    row("max_time", "max_elapsed", Name, ""),
    row("stop_after_delay", "max_elapsed", Name, ""),
    row("total_timeout", "max_elapsed", Name, ""),
    row("abort_on", "retry_on", With("(PATTERN)"), "names the errors that are retried"),
    row("errors", "retry_on", With("(PATTERN)"), ""),
    row("exceptions", "retry_on", With("(PATTERN)"), ""),
    row("retry_exceptions", "retry_on", With("(PATTERN)"), ""),
    row("retry_for", "retry_on", With("(PATTERN)"), ""),
    row("retryable_errors", "retry_on", With("(PATTERN)"), ""),
    row("retryable_exceptions", "retry_on", With("(PATTERN)"), ""),
    row("retry_if_exception_type", "retry_on", With("(PATTERN)"), ""),
    row("when", "retry_if", With(" = PREDICATE"), ""),
    row("retry_on_result", "retry_if_ok", With(" = PREDICATE"), ""),
    row("respect_retry_after", "retry_after", With(" = FUNCTION"), FINDS_IT),
    row("use_retry_after", "retry_after", With(" = FUNCTION"), FINDS_IT),
    row("before_sleep", "on_retry", With(" = FUNCTION"), ""),
    row("notify", "on_retry", With(" = FUNCTION"), ""),
];

const CIRCUIT_BREAKER: &[Synonym] = &[
    row("consecutive_failures", "failure_threshold", Name, ""),
    row("fail_max", "failure_threshold", Name, ""),
    row("max_failures", "failure_threshold", Name, ""),
    row("error_threshold", "failure_rate", With(" = 0.5"), "is a share from 0 to 1"),
    row("failure_rate_threshold", "failure_rate", With(" = 0.5"), "is a share from 0 to 1"),
    row("failure_ratio", "failure_rate", Name, ""),
    row("sliding_window_size", "window", Name, ""),
    row("sampling_duration", "window", Name, ""),
    row("window_size", "window", Name, ""),
    row("minimum_number_of_calls", "min_calls", Name, ""),
    row("minimum_throughput", "min_calls", Name, ""),
    row("request_volume_threshold", "min_calls", Name, ""),
    row("slow_call_duration_threshold", "slow_call", Name, ""),
    row("slow_call_rate_threshold", "slow_call_rate", With(" = 0.5"), "is a share from 0 to 1"),
    row("break_duration", "recovery_timeout", Name, ""),
    row("open_duration", "recovery_timeout", Name, ""),
    row("reset_timeout", "recovery_timeout", Name, ""),
    row("timeout", "recovery_timeout", Name, ""),
    row("wait_duration_in_open_state", "recovery_timeout", Name, ""),
    row("max_calls", "half_open_max_calls", Name, ""),
    row("permitted_number_of_calls_in_half_open_state", "half_open_max_calls", Name, ""),
    row("permitted_calls_in_half_open", "half_open_max_calls", Name, ""),
    row("exceptions", "failure_on", With("(PATTERN)"), ""),
    row("expected_exception", "failure_on", With("(PATTERN)"), ""),
    row("fail_on", "failure_on", With("(PATTERN)"), ""),
    row("failure_exceptions", "failure_on", With("(PATTERN)"), ""),
    row("monitored_exceptions", "failure_on", With("(PATTERN)"), ""),
    row("record_exceptions", "failure_on", With("(PATTERN)"), ""),
    row("exclude", "failure_on", With("(PATTERN)"), "names the errors that count"),
    row("ignore_exceptions", "failure_on", With("(PATTERN)"), "names the errors that count"),
];

const TIMEOUT: &[Synonym] = &[
    row("seconds", "duration", Unit("s"), ""),
    row("secs", "duration", Unit("s"), ""),
    row("millis", "duration", Unit("ms"), ""),
    row("milliseconds", "duration", Unit("ms"), ""),
    row("ms", "duration", Unit("ms"), ""),
    row("after", "duration", Name, ""),
    row("limit", "duration", Name, ""),
    row("timeout", "duration", Name, ""),
    row("timeout_duration", "duration", Name, ""),
    row("value", "duration", Name, ""),
];

const BULKHEAD: &[Synonym] = &[
    row("capacity", "max_concurrent", Name, ""),
    row("concurrency", "max_concurrent", Name, ""),
    row("limit", "max_concurrent", Name, ""),
    row("max_calls", "max_concurrent", Name, ""),
    row("max_concurrent_calls", "max_concurrent", Name, ""),
    row("max_parallelization", "max_concurrent", Name, ""),
    row("max_workers", "max_concurrent", Name, ""),
    row("permits", "max_concurrent", Name, ""),
    row("value", "max_concurrent", Name, ""),
    row("max_wait_duration", "max_wait", Name, ""),
    row("timeout", "max_wait", Name, ""),
    row("max_queuing_actions", "max_queue", Name, ""),
    row("max_waiting", "max_queue", Name, ""),
    row("queue_capacity", "max_queue", Name, ""),
    row("queue_size", "max_queue", Name, ""),
    row("waiting_task_queue", "max_queue", Name, ""),
];

const FALLBACK: &[Synonym] = &[
    row("apply_on", "fallback_on", With("(PATTERN)"), ""),
    row("exceptions", "fallback_on", With("(PATTERN)"), ""),
    row("default_value", "value", Name, ""),
    row("fallback_value", "value", Name, ""),
];

/// What other libraries call the function that answers, which has no name here.
const ANSWERS: [&str; 8] =
    ["call", "fallback", "fallback_fn", "fallback_function", "fallback_method", "func", "function", "handler"];

/// Units that other libraries write at the end of a name.
const UNITS: [(&str, &str); 9] = [
    ("_ms", "ms"),
    ("_millis", "ms"),
    ("_milliseconds", "ms"),
    ("_s", "s"),
    ("_secs", "s"),
    ("_seconds", "s"),
    ("_sec", "s"),
    ("_minutes", "min"),
    ("_mins", "min"),
];

const fn synonyms(kind: Kind) -> &'static [Synonym] {
    match kind {
        Kind::Retry => RETRY,
        Kind::CircuitBreaker => CIRCUIT_BREAKER,
        Kind::Timeout => TIMEOUT,
        Kind::Bulkhead => BULKHEAD,
        Kind::Fallback => FALLBACK,
    }
}

/// What to say of a setting that the attribute does not have.
pub(super) fn unknown(kind: Kind, meta: &Meta, known: &[&str]) -> String {
    let name = meta.path().to_token_stream().to_string();
    let advice = alone(kind, &name)
        .or_else(|| by_synonym(kind, &name, meta))
        .or_else(|| by_unit(kind, &name, meta, known))
        .unwrap_or_else(|| suggestion(&name, known));
    format!("unknown setting `{name}`: {advice}")
}

fn alone(kind: Kind, name: &str) -> Option<String> {
    let is_answer = kind == Kind::Fallback && ANSWERS.contains(&name);
    is_answer.then(|| "a function or a closure stands alone: write `#[fallback(name_of_a_function)]`".to_owned())
}

fn by_synonym(kind: Kind, name: &str, meta: &Meta) -> Option<String> {
    let Synonym { ours, write, remark, .. } = synonyms(kind).iter().find(|row| row.name == name)?;
    let value = match write {
        Name => String::new(),
        With(text) => (*text).to_owned(),
        OneMore => {
            number(meta).and_then(|number| number.checked_add(1)).map(|more| format!(" = {more}")).unwrap_or_default()
        }
        Unit(unit) => with_unit(meta, unit),
    };
    let remark = if remark.is_empty() { String::new() } else { format!(", which {remark}") };
    Some(format!("did you mean `{ours}{value}`{remark}?"))
}

/// `max_delay_ms = 500` is `max_delay = 500ms`.
fn by_unit(kind: Kind, name: &str, meta: &Meta, known: &[&str]) -> Option<String> {
    let (stem, unit) = UNITS.iter().find_map(|(end, unit)| name.strip_suffix(end).zip(Some(*unit)))?;
    let ours = known.iter().find(|known| **known == stem).copied();
    let ours = ours.or_else(|| Some(synonyms(kind).iter().find(|row| row.name == stem)?.ours))?;
    Some(format!("did you mean `{ours}{}`?", with_unit(meta, unit)))
}

fn with_unit(meta: &Meta, unit: &str) -> String {
    number(meta).map(|number| format!(" = {number}{unit}")).unwrap_or_default()
}

/// The whole number that was given.
fn number(meta: &Meta) -> Option<u64> {
    let Meta::NameValue(pair) = meta else { return None };
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty() => number.base10_parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::setting::Settings;
    use crate::parse::{bulkhead, circuit_breaker, fallback, retry, timeout};

    fn names(kind: Kind) -> &'static [&'static str] {
        match kind {
            Kind::Retry => retry::RetrySettings::NAMES,
            Kind::CircuitBreaker => circuit_breaker::BreakerSettings::NAMES,
            Kind::Timeout => timeout::TimeoutSettings::NAMES,
            Kind::Bulkhead => bulkhead::BulkheadSettings::NAMES,
            Kind::Fallback => fallback::FallbackSettings::NAMES,
        }
    }

    fn advice(kind: Kind, source: &str) -> String {
        let meta: Meta = syn::parse_str(source).expect("a setting");
        unknown(kind, &meta, &["max_attempts", "max_delay", "base_delay", "duration"])
    }

    #[test]
    fn names_of_other_libraries_have_ours_beside_them() {
        let said = [
            advice(Kind::Retry, "max_retries = 3"),
            advice(Kind::Retry, "max_retries = RETRIES"),
            advice(Kind::Retry, "exceptions(Io)"),
            advice(Kind::Timeout, "seconds = 5"),
            advice(Kind::Bulkhead, "max_workers = 5"),
        ];
        assert_eq!(
            said,
            [
                "unknown setting `max_retries`: did you mean `max_attempts = 4`, which counts the first attempt as well?",
                "unknown setting `max_retries`: did you mean `max_attempts`, which counts the first attempt as well?",
                "unknown setting `exceptions`: did you mean `retry_on(PATTERN)`?",
                "unknown setting `seconds`: did you mean `duration = 5s`?",
                "unknown setting `max_workers`: did you mean `max_concurrent`?",
            ]
        );
    }

    #[test]
    fn a_function_that_answers_has_no_name() {
        assert_eq!(
            advice(Kind::Fallback, "fallback_method = other"),
            "unknown setting `fallback_method`: a function or a closure stands alone: write \
             `#[fallback(name_of_a_function)]`"
        );
        assert!(!ANSWERS.iter().any(|name| names(Kind::Fallback).contains(name)));
    }

    #[test]
    fn a_unit_in_the_name_moves_to_the_value() {
        assert_eq!(
            advice(Kind::Retry, "max_delay_ms = 500"),
            "unknown setting `max_delay_ms`: did you mean `max_delay = 500ms`?"
        );
        assert_eq!(
            advice(Kind::Retry, "delay_secs = 2"),
            "unknown setting `delay_secs`: did you mean `base_delay = 2s`?"
        );
        assert_eq!(
            advice(Kind::Timeout, "timeout_ms = wait"),
            "unknown setting `timeout_ms`: did you mean `duration`?"
        );
    }

    #[test]
    fn no_attribute_has_one_name_twice_or_a_setting_among_them() {
        for kind in Kind::ALL {
            for (index, row) in synonyms(kind).iter().enumerate() {
                assert!(synonyms(kind)[..index].iter().all(|other| other.name != row.name), "{}", row.name);
                assert!(names(kind).contains(&row.ours), "{}", row.ours);
                assert!(!names(kind).contains(&row.name), "{}", row.name);
            }
        }
    }
}
