//! An event as JSON.

use std::time::{Duration, SystemTime};

use resilient_runtime::events::{Cause, Event};
use serde_json::{Map, Value, json};

/// The events of which not all are kept: those that each call can cause.
pub(crate) const SPARED: [&str; 12] = [
    "breaker_rejected",
    "timed_out",
    "bulkhead_full",
    "bulkhead_waited",
    "rate_limited",
    "shed",
    "fallback_used",
    "hedge_sent",
    "hedge_won",
    "retry_scheduled",
    "retries_exhausted",
    "other",
];

/// What an event is called.
pub(crate) const fn kind(event: &Event<'_>) -> &'static str {
    match event {
        Event::BreakerChanged(_) => "breaker_changed",
        Event::BreakerRejected(_) => "breaker_rejected",
        Event::TimedOut(_) => "timed_out",
        Event::BulkheadFull(_) => "bulkhead_full",
        Event::BulkheadWaited(_) => "bulkhead_waited",
        Event::RateLimited(_) => "rate_limited",
        Event::Shed(_) => "shed",
        Event::FallbackUsed(_) => "fallback_used",
        Event::HedgeSent(_) => "hedge_sent",
        Event::HedgeWon(_) => "hedge_won",
        Event::RetryScheduled(_) => "retry_scheduled",
        Event::RetriesExhausted(_) => "retries_exhausted",
        Event::ConfigApplied(_) => "config_applied",
        Event::ConfigRejected(_) => "config_rejected",
        _ => "other",
    }
}

/// The data of an event in one line: JSON has no line breaks, because it escapes those in texts.
pub(crate) fn data(event: &Event<'_>, left_out: u64) -> String {
    let fields = of_state(event).or_else(|| of_call(event)).or_else(|| of_configuration(event));
    let mut fields = fields.unwrap_or_default();
    fields.insert("at_ms".to_owned(), json!(unix_millis(SystemTime::now())));
    fields.insert("text".to_owned(), json!(event.to_string()));
    if left_out > 0 {
        fields.insert("left_out".to_owned(), json!(left_out));
    }
    Value::Object(fields).to_string()
}

type Fields = Map<String, Value>;

fn object(value: Value) -> Option<Fields> {
    match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

/// Of state that admits calls.
fn of_state(event: &Event<'_>) -> Option<Fields> {
    object(match event {
        Event::BreakerChanged(it) => json!({
            "name": it.name.as_str(), "number": it.number, "from": it.from.as_str(), "to": it.to.as_str(),
            "because": it.because.name(), "open_for_ms": it.open_for.map(millis),
        }),
        Event::BreakerRejected(it) => json!({
            "name": it.name.as_str(), "state": it.state.as_str(), "retry_after_ms": it.retry_after.map(millis),
        }),
        Event::BulkheadFull(it) => json!({
            "name": it.name.as_str(), "limit": it.limit, "because": it.because.name(),
        }),
        Event::BulkheadWaited(it) => json!({ "name": it.name.as_str(), "waited_ms": millis(it.waited) }),
        Event::RateLimited(it) => json!({
            "name": it.name.as_str(), "retry_after_ms": it.retry_after.map(millis),
        }),
        Event::Shed(it) => json!({ "name": it.name.as_str(), "share": it.share }),
        Event::HedgeSent(it) => json!({ "name": it.name.as_str(), "number": it.number, "after_ms": millis(it.after) }),
        Event::HedgeWon(it) => json!({ "name": it.name.as_str(), "number": it.number, "after_ms": millis(it.after) }),
        _ => return None,
    })
}

/// Of functions and their calls.
fn of_call(event: &Event<'_>) -> Option<Fields> {
    let error = |error: Option<&(dyn std::fmt::Display + Sync)>| error.map(ToString::to_string);
    let cause = |cause: Cause| cause.name();
    object(match event {
        Event::TimedOut(it) => json!({ "function": it.function.as_str(), "after_ms": millis(it.after) }),
        Event::RetryScheduled(it) => json!({
            "function": it.function.as_str(), "attempt": it.attempt, "delay_ms": millis(it.delay),
            "cause": cause(it.cause), "error": error(it.error),
        }),
        Event::RetriesExhausted(it) => json!({
            "function": it.function.as_str(), "attempts": it.attempts, "elapsed_ms": millis(it.elapsed),
            "why": it.why.name(), "cause": cause(it.cause), "error": error(it.error),
        }),
        Event::FallbackUsed(it) => json!({
            "function": it.function.as_str(), "position": it.position, "cause": cause(it.cause),
            "succeeded": it.succeeded,
        }),
        _ => return None,
    })
}

/// Of a configuration. The settings that it changed are many, so they are in the text.
fn of_configuration(event: &Event<'_>) -> Option<Fields> {
    object(match event {
        Event::ConfigApplied(it) => json!({ "source": it.source.as_str(), "count": it.count }),
        Event::ConfigRejected(it) => json!({
            "source": it.source.as_str(), "problems": it.problems, "error": it.error.map(ToString::to_string),
        }),
        _ => return None,
    })
}

/// A duration as a number of milliseconds.
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

fn unix_millis(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
