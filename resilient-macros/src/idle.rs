//! What can never act on a function that returns no `Result`: a rule where its type says so, else a question to the
//! compiler.

use proc_macro2::{Ident, Span};

use crate::model::{Exhausted, Kind, Layer, Refusal, Retry};

/// An attribute that needs errors to act on, and has none.
pub(crate) struct Idle {
    /// Where the error points.
    pub(crate) span: Span,
    pub(crate) message: &'static str,
}

/// The first attribute or setting that never acts if the function returns no `Result`.
pub(crate) fn first(layers: &[Layer]) -> Option<Idle> {
    let of_layer = |(index, layer): (usize, &Layer)| {
        let looking = looks_at_errors(layer).first().map(|key| Idle {
            span: key.span(),
            message: "this looks at the function's errors, and a function without a `Result` has none: remove it",
        });
        looking.or_else(|| attribute(layer, &layers[index + 1..]))
    };
    layers.iter().enumerate().find_map(of_layer)
}

/// The first attribute that never acts if the function returns no `Result`, its settings left aside.
pub(crate) fn first_attribute(layers: &[Layer]) -> Option<Idle> {
    layers.iter().enumerate().find_map(|(index, layer)| attribute(layer, &layers[index + 1..]))
}

fn attribute(layer: &Layer, below: &[Layer]) -> Option<Idle> {
    match layer {
        Layer::Retry(retry) if !has_something_to_retry(retry, below) => Some(Idle {
            span: retry.span,
            message: "this `retry` never acts, since the function returns no `Result` and nothing below refuses a \
                      call that it would retry: return a `Result`, or say which values are worth another attempt by \
                      `retry_if_ok = …`",
        }),
        Layer::Fallback(fallback) if refusing(below).next().is_none() => Some(Idle {
            span: fallback.span,
            message: "this `fallback` never acts, since the function returns no `Result` and nothing below can \
                      refuse a call: return a `Result`, or remove it",
        }),
        _ => None,
    }
}

/// Values, or refusals from below.
fn has_something_to_retry(retry: &Retry, below: &[Layer]) -> bool {
    retry.retry_if_ok.is_some() || refusing(below).any(|kind| retries(retry, kind))
}

fn retries(retry: &Retry, refusing: Kind) -> bool {
    let named = retry.retry_refused.as_ref().map(|named| &named.value);
    let is_named = |refusal| named.is_some_and(|named| named.contains(&refusal));
    // A policy may say so.
    let usual = named.is_none() && (refusing != Kind::CircuitBreaker || retry.policy.is_some());
    usual
        || match refusing {
            Kind::Timeout => is_named(Refusal::TimedOut),
            Kind::Bulkhead => is_named(Refusal::BulkheadFull),
            Kind::CircuitBreaker => is_named(Refusal::CircuitOpen),
            Kind::Retry => true,
            Kind::Fallback => false,
        }
}

/// The layers whose refusals come up from there: a fallback answers all of those below it.
fn refusing(below: &[Layer]) -> impl Iterator<Item = Kind> {
    let seen = below.iter().take_while(|layer| !matches!(layer, Layer::Fallback(_)));
    seen.filter(|layer| can_refuse(layer)).map(Layer::kind)
}

/// Whether the layer makes errors of its own.
pub(crate) fn can_refuse(layer: &Layer) -> bool {
    match layer {
        Layer::CircuitBreaker(_) | Layer::Timeout(_) | Layer::Bulkhead(_) => true,
        Layer::Retry(retry) => retry.exhausted.as_ref().is_some_and(|setting| setting.value == Exhausted::Wrap),
        Layer::Fallback(_) => false,
    }
}

/// The settings of a layer that are about the function's own errors.
pub(crate) fn looks_at_errors(layer: &Layer) -> Vec<&Ident> {
    let keys = match layer {
        Layer::Retry(retry) => {
            vec![retry.filter.as_ref().map(|it| &it.key), retry.retry_after.as_ref().map(|it| &it.key)]
        }
        Layer::CircuitBreaker(breaker) => vec![breaker.filter.as_ref().map(|it| &it.key)],
        Layer::Fallback(fallback) => vec![fallback.filter.as_ref().map(|it| &it.key)],
        Layer::Timeout(_) | Layer::Bulkhead(_) => Vec::new(),
    };
    keys.into_iter().flatten().collect()
}
