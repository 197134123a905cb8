//! A rate limit as a layer of a pipeline: what a call takes of it, and which outcomes stop everybody.

use std::marker::PhantomData;

use crate::pipeline::filters::{Filters, Predicate};
use crate::pipeline::into_layer::Shared;
use crate::pipeline::reads::Reads;
use crate::pipeline::retry_layer::FindDelay;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::signal::{Signal, Signals};

pub(super) struct RateLayer<E, T> {
    pub(super) limiter: Shared<RateLimiter>,
    /// The permits that a call takes; 1 unless it is given.
    pub(super) cost: Option<u32>,
    /// Which outcomes stop everybody. None does without a filter.
    pub(super) filters: Filters<E, T>,
    // For how long.
    pub(super) retry_after: Option<FindDelay<E>>,
    pub(super) retry_after_ok: Option<FindDelay<T>>,
}

impl<E, T> RateLayer<E, T> {
    pub(super) fn new(limiter: Shared<RateLimiter>) -> Self {
        Self { limiter, cost: None, filters: Filters::default(), retry_after: None, retry_after_ok: None }
    }

    /// The permits that a call takes.
    #[inline]
    pub(super) fn cost(&self) -> u32 {
        self.cost.unwrap_or(1)
    }

    /// Whether any outcome stops everybody.
    #[inline]
    pub(super) const fn pauses(&self) -> bool {
        self.filters.error.is_some() || self.filters.value.is_some()
    }

    /// Whether it needs the type of values.
    pub(super) const fn needs_type(&self) -> bool {
        self.filters.value.is_some() || self.retry_after_ok.is_some()
    }

    /// What outcomes say.
    pub(super) const fn signals<K>(&self) -> Paused<'_, E, T, K> {
        Paused { layer: self, reads: PhantomData }
    }
}

/// The outcomes of an operation whose values are read by `K`.
pub(super) struct Paused<'p, E, T, K> {
    layer: &'p RateLayer<E, T>,
    reads: PhantomData<K>,
}

impl<O, E, T, K: Reads<T, O>> Signals<O, E> for Paused<'_, E, T, K> {
    fn signal(&self, result: Result<&O, &E>) -> Signal {
        let RateLayer { filters, retry_after, retry_after_ok, .. } = self.layer;
        match result {
            Ok(value) => K::value(value)
                .map_or(Signal::GoOn, |value| said(value, filters.value.as_ref(), retry_after_ok.as_ref())),
            Err(error) => said(error, filters.error.as_ref(), retry_after.as_ref()),
        }
    }
}

/// What an outcome says that a filter may select.
fn said<V>(outcome: &V, filter: Option<&Predicate<V>>, retry_after: Option<&FindDelay<V>>) -> Signal {
    match filter {
        Some(is_too_many) if is_too_many(outcome) => Signal::Pause(retry_after.and_then(|find| find(outcome))),
        _ => Signal::GoOn,
    }
}
