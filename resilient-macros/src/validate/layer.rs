//! Rules about one attribute.

mod bulkhead;
mod circuit_breaker;
mod fallback;
mod retry;
mod timeout;

use super::Checked;
use crate::diagnostics::Errors;
use crate::model::Layer;

/// What a `policy` leaves open is not known, so with one, rules about defaults do not apply.
pub(super) fn check(Checked { layer, complete }: Checked, errors: &mut Errors) {
    match layer {
        Layer::Retry(layer) => retry::check(layer, complete, errors),
        Layer::CircuitBreaker(layer) => circuit_breaker::check(layer, complete, errors),
        Layer::Timeout(layer) => timeout::check(layer, complete, errors),
        Layer::Bulkhead(layer) => bulkhead::check(layer, complete, errors),
        Layer::Fallback(layer) => fallback::check(layer, complete, errors),
    }
}
