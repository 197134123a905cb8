//! Rules about one attribute.

mod bulkhead;
mod circuit_breaker;
mod fallback;
mod retry;
mod timeout;

use super::Checked;
use crate::diagnostics::Errors;
use crate::model::Layer;

/// With a `policy` the settings that were not written are not known; then rules apply only to what was.
pub(super) fn check(Checked { layer, complete }: Checked, errors: &mut Errors) {
    match layer {
        Layer::Retry(layer) => retry::check(layer, complete && layer.policy.is_none(), errors),
        Layer::CircuitBreaker(layer) => circuit_breaker::check(layer, complete && layer.policy.is_none(), errors),
        Layer::Timeout(layer) => timeout::check(layer, complete && layer.policy.is_none(), errors),
        Layer::Bulkhead(layer) => bulkhead::check(layer, complete && layer.policy.is_none(), errors),
        Layer::Fallback(layer) => fallback::check(layer, complete, errors),
    }
}
