//! What is counted for each function.

use crate::core::function_counts::{Count, each};
use crate::registry::functions::{LayerKind, functions};
use crate::registry::metrics::labels::Labels;
use crate::registry::metrics::readings::Readings;
use crate::registry::metrics::table::Id;

/// The metric that a count belongs to, and the value of its second attribute.
const fn place_of(count: Count) -> (Id, &'static str) {
    match count {
        Count::FirstAttemptGood => (Id::RetryCalls, "success"),
        Count::LaterAttemptGood => (Id::RetryCalls, "success_after_retry"),
        Count::NotRetried => (Id::RetryCalls, "not_retried"),
        Count::GivenUp => (Id::RetryCalls, "given_up"),
        Count::AfterError => (Id::RetryRetries, "error"),
        Count::AfterValue => (Id::RetryRetries, "value"),
        Count::AfterCircuitOpen => (Id::RetryRetries, "circuit_open"),
        Count::AfterTimedOut => (Id::RetryRetries, "timed_out"),
        Count::AfterBulkheadFull => (Id::RetryRetries, "bulkhead_full"),
        Count::AfterRateLimited => (Id::RetryRetries, "rate_limited"),
        Count::AfterShed => (Id::RetryRetries, "shed"),
        Count::AfterNoItems => (Id::RetryRetries, "no_items"),
        Count::AfterRetriesExhausted => (Id::RetryRetries, "retries_exhausted"),
        Count::KeptToLimit => (Id::TimeoutCalls, "in_time"),
        Count::TimedOut => (Id::TimeoutCalls, "timed_out"),
        Count::FallbackGood => (Id::FallbackCalls, "success"),
        Count::FallbackFailed => (Id::FallbackCalls, "error"),
    }
}

/// Whether functions with this attribute have this metric.
const fn has(kind: LayerKind, id: Id) -> bool {
    match kind {
        LayerKind::Retry => matches!(id, Id::RetryCalls | Id::RetryRetries),
        LayerKind::Timeout => matches!(id, Id::TimeoutCalls),
        LayerKind::Fallback => matches!(id, Id::FallbackCalls),
        _ => false,
    }
}

pub(super) fn read(labels: &Labels, readings: &mut Readings) {
    for function in functions() {
        for count in Count::ALL {
            let (id, result) = place_of(*count);
            if function.layers().iter().any(|layer| has(layer.kind(), id)) {
                readings.add(id, &[function.path(), result], 0);
            }
        }
    }
    each(|name, count, value| {
        let (id, result) = place_of(count);
        if value > 0 {
            readings.add(id, &[labels.of(&name), result], value);
        }
    });
}
