//! An event as JSON.

use std::time::{Duration, SystemTime};

use resilient_runtime::events::{Cause, Event};
use serde_json::{Map, Value, json};

/// What events are called. Of the first three all are kept; the others are those that each call can cause.
pub(crate) const KINDS: [&str; 15] = [
    "breaker_changed",
    "config_applied",
    "config_rejected",
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

/// So many of them are always kept.
pub(crate) const KEPT_KINDS: usize = 3;

/// The place of an event's kind among the [`KINDS`].
pub(crate) const fn kind(event: &Event<'_>) -> usize {
    match event {
        Event::BreakerChanged(_) => 0,
        Event::ConfigApplied(_) => 1,
        Event::ConfigRejected(_) => 2,
        Event::BreakerRejected(_) => 3,
        Event::TimedOut(_) => 4,
        Event::BulkheadFull(_) => 5,
        Event::BulkheadWaited(_) => 6,
        Event::RateLimited(_) => 7,
        Event::Shed(_) => 8,
        Event::FallbackUsed(_) => 9,
        Event::HedgeSent(_) => 10,
        Event::HedgeWon(_) => 11,
        Event::RetryScheduled(_) => 12,
        Event::RetriesExhausted(_) => 13,
        _ => 14,
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
        Event::TimedOut(it) => json!({
            "function": it.function.as_str(), "after_ms": millis(it.after), "attempt": it.attempt,
        }),
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
