//! Events as logs: a listener that needs no subscription, because the program's `tracing` subscriber says what it wants.

use std::fmt::Display;
use std::time::Duration;

use tracing::Level;
use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};

use crate::core::circuit_state::CircuitState;
use crate::event::breaker_changed::BreakerChanged;
use crate::event::config_events::Listed;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listener;

/// A line of the table of logs.
#[derive(Debug)]
pub struct Log {
    /// The event that it is of, as in `BreakerChanged`; `to open` and the like where that decides the level.
    pub event: &'static str,
    /// As in `resilient::retry`.
    pub target: &'static str,
    /// As in `WARN`.
    pub level: &'static str,
    /// The names of its fields.
    pub fields: &'static [&'static str],
}

/// Declares the logs, a line for each: the event, its target, its level, its message and its fields.
macro_rules! logs {
    ($($what:literal: $Event:ident($event:pat) => $target:literal $LEVEL:ident $message:literal {
        $($field:ident: $value:expr),* $(,)?
    })*) => {
        /// What is logged, in the order of the events.
        pub const LOGS: &[Log] = &[
            $(Log { event: $what, target: $target, level: stringify!($LEVEL), fields: &[$(stringify!($field)),*] },)*
        ];

        fn write(event: &Event<'_>) {
            match event {
                $(Event::$Event($event) => tracing::event!(
                    target: $target,
                    Level::$LEVEL,
                    $($field = $value,)*
                    $message
                ),)*
            }
        }
    };
}

logs! {
    "CallFinished": CallFinished(it) => "resilient::call" DEBUG "call finished" {
        function: it.function.as_str(),
        outcome: it.outcome.name(),
        attempts: it.attempts,
        elapsed_ms: millis(it.elapsed),
        fallback: it.fallback,
    }
    "RetryScheduled": RetryScheduled(it) => "resilient::retry" WARN "retry scheduled" {
        function: it.function.as_str(),
        attempt: it.attempt,
        delay_ms: millis(it.delay),
        cause: it.cause.name(),
        error: it.error.map(display),
    }
    "RetriesExhausted": RetriesExhausted(it) => "resilient::retry" WARN "retries exhausted" {
        function: it.function.as_str(),
        attempts: it.attempts,
        elapsed_ms: millis(it.elapsed),
        why: it.why.name(),
        cause: it.cause.name(),
        error: it.error.map(display),
    }
    "BreakerChanged to open or forced open": BreakerChanged(
        it @ BreakerChanged { to: CircuitState::Open | CircuitState::ForcedOpen, .. }
    ) => "resilient::circuit_breaker" WARN "circuit breaker opened" {
        name: it.name.as_str(),
        number: it.number,
        from: it.from.as_str(),
        to: it.to.as_str(),
        because: it.because.name(),
        successful_calls: it.stats.successful_calls,
        failed_calls: it.stats.failed_calls,
        open_for_ms: it.open_for.map(millis),
    }
    "BreakerChanged to any other state": BreakerChanged(it) => "resilient::circuit_breaker" INFO "circuit breaker changed" {
        name: it.name.as_str(),
        number: it.number,
        from: it.from.as_str(),
        to: it.to.as_str(),
        because: it.because.name(),
        successful_calls: it.stats.successful_calls,
        failed_calls: it.stats.failed_calls,
    }
    "BreakerRejected": BreakerRejected(it) => "resilient::circuit_breaker" DEBUG "circuit breaker refused a call" {
        name: it.name.as_str(),
        state: it.state.as_str(),
        retry_after_ms: it.retry_after.map(millis),
    }
    "TimedOut": TimedOut(it) => "resilient::timeout" WARN "timed out" {
        function: it.function.as_str(),
        after_ms: millis(it.after),
        attempt: it.attempt,
    }
    "BulkheadFull": BulkheadFull(it) => "resilient::bulkhead" DEBUG "bulkhead refused a call" {
        name: it.name.as_str(),
        limit: it.limit,
        because: it.because.name(),
    }
    "BulkheadWaited": BulkheadWaited(it) => "resilient::bulkhead" DEBUG "waited for a slot" {
        name: it.name.as_str(),
        waited_ms: millis(it.waited),
    }
    "RateLimited": RateLimited(it) => "resilient::rate_limit" DEBUG "rate limit refused a call" {
        name: it.name.as_str(),
        retry_after_ms: it.retry_after.map(millis),
    }
    "Shed": Shed(it) => "resilient::adaptive_throttle" DEBUG "adaptive throttle shed a call" {
        name: it.name.as_str(),
        share: it.share,
    }
    "FallbackUsed": FallbackUsed(it) => "resilient::fallback" INFO "fallback used" {
        function: it.function.as_str(),
        position: it.position,
        cause: it.cause.name(),
        succeeded: it.succeeded,
    }
    "HedgeSent": HedgeSent(it) => "resilient::hedge" DEBUG "hedge sent" {
        name: it.name.as_str(),
        number: it.number,
        after_ms: millis(it.after),
    }
    "HedgeWon": HedgeWon(it) => "resilient::hedge" DEBUG "hedge won" {
        name: it.name.as_str(),
        number: it.number,
        after_ms: millis(it.after),
    }
    "ConfigApplied": ConfigApplied(it) => "resilient::config" INFO "configuration applied" {
        source: it.source.as_str(),
        count: it.count,
        changes: display(Listed(it.changes)),
    }
    "ConfigRejected": ConfigRejected(it) => "resilient::config" ERROR "configuration rejected" {
        source: it.source.as_str(),
        problems: it.problems,
        error: it.error.map(display),
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The most severe level of events of these kinds. That of [`Event::TimedOut`] is not among them: see
/// [`are_warnings_written`].
const fn level_of(kinds: Kinds) -> Level {
    if kinds.intersects(Kinds::CONFIG) {
        Level::ERROR
    } else if kinds.intersects(Kinds::CHANGES.union(Kinds::RETRIES)) {
        Level::WARN
    } else if kinds.intersects(Kinds::FALLBACKS) {
        Level::INFO
    } else {
        Level::DEBUG
    }
}

/// Whether a subscriber may want logs of this level: one relaxed load.
#[inline]
fn is_level_written(level: Level) -> bool {
    level <= STATIC_MAX_LEVEL && level <= LevelFilter::current()
}

/// Whether a subscriber may want one of these kinds.
#[inline]
pub(super) fn is_written(kinds: Kinds) -> bool {
    is_level_written(level_of(kinds))
}

/// Whether a subscriber may want warnings.
#[inline]
pub(super) fn are_warnings_written() -> bool {
    is_level_written(Level::WARN)
}

/// Writes the event to the subscriber, if that wants it.
pub(super) fn hear(event: &Event<'_>) {
    call(|| write(event));
}

/// Calls the subscriber as a listener is called: a panic in it is counted, and what it causes itself is not written.
fn call(subscriber: impl FnOnce()) {
    /// Its address is that of this listener.
    static IDENTITY: u8 = 0;
    listener::run(std::ptr::from_ref(&IDENTITY).addr(), subscriber);
}

/// Two places of the program give one name different settings.
pub(crate) fn settings_conflict(conflict: &dyn Display) {
    call(|| tracing::error!(target: "resilient::config", "{conflict}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(log: &Log) -> Kinds {
        match log.event.split(' ').next().unwrap_or_default() {
            "CallFinished" => Kinds::CALLS,
            "RetryScheduled" | "RetriesExhausted" => Kinds::RETRIES,
            "BreakerChanged" => Kinds::CHANGES,
            "BulkheadWaited" => Kinds::WAITS,
            "FallbackUsed" => Kinds::FALLBACKS,
            "HedgeSent" | "HedgeWon" => Kinds::HEDGES,
            "ConfigApplied" | "ConfigRejected" => Kinds::CONFIG,
            _ => Kinds::REFUSALS,
        }
    }

    #[test]
    fn no_log_is_more_severe_than_what_is_asked_first() {
        for log in LOGS.iter().filter(|log| log.event != "TimedOut") {
            let level: Level = log.level.parse().unwrap();
            assert!(level >= level_of(kind_of(log)), "{log:?}");
        }
        assert_eq!(level_of(Kinds::ALL), Level::ERROR);
    }
}
