//! What is counted for each function.

use crate::core::function_counts::{Count, each};
use crate::registry::functions::{LayerKind, functions};
use crate::registry::metrics::labels::Labels;
use crate::registry::metrics::readings::Readings;
use crate::registry::metrics::table::Id;

/// The metric that a count belongs to; its name is the value of the second attribute.
const fn metric_of(count: Count) -> Id {
    match count {
        Count::FirstAttemptGood | Count::LaterAttemptGood | Count::NotRetried | Count::GivenUp => Id::RetryCalls,
        Count::AfterError
        | Count::AfterValue
        | Count::AfterCircuitOpen
        | Count::AfterTimedOut
        | Count::AfterBulkheadFull
        | Count::AfterRateLimited
        | Count::AfterShed
        | Count::AfterNoItems
        | Count::AfterRetriesExhausted => Id::RetryRetries,
        Count::KeptToLimit | Count::TimedOut => Id::TimeoutCalls,
        Count::FallbackGood | Count::FallbackFailed => Id::FallbackCalls,
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
            let id = metric_of(*count);
            if function.layers().iter().any(|layer| has(layer.kind(), id)) {
                readings.add(id, &[function.path(), count.name()], 0);
            }
        }
    }
    each(|name, count, value| {
        if value > 0 {
            readings.add(metric_of(count), &[labels.of(&name), count.name()], value);
        }
    });
}
