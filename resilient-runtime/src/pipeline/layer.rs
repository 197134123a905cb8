//! The layers of a pipeline, as the drivers interpret them.

use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::bulkhead::bulkhead::Bulkhead;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::core::error::{Error, ErrorKind, Failure};
use crate::core::name::Name;
use crate::deadline::limit::TimeLimit;
use crate::event::call::Counts;
use crate::pipeline::fallback::{Answered, Fallback};
use crate::pipeline::filters::Filters;
use crate::pipeline::hedge_layer::HedgeLayer;
use crate::pipeline::into_layer::Shared;
use crate::pipeline::rate_layer::RateLayer;
use crate::pipeline::reads::Reads;
use crate::pipeline::retry_layer::RetryLayer;
use crate::timeout::policy::TimeoutPolicy;
use std::num::NonZeroU32;

/// The name of a pipeline without one.
pub(super) const UNNAMED: Name = Name::new(&"pipeline");

/// The layers in reading order, the outermost first.
pub(super) struct Stack<E, T> {
    /// For the refusals of limits without a name, and for events.
    pub(super) name: Name,
    pub(super) layers: Box<[Layer<E, T>]>,
    /// The timeouts among them.
    pub(super) timeouts: Box<[TimeoutLayer]>,
    /// The gates among them: the index of each, and its place.
    pub(super) gates: Box<[(usize, usize)]>,
    /// The number of gates and timeouts.
    pub(super) places: usize,
    /// Whether a layer counts attempts.
    pub(super) counts: bool,
}

/// Each is boxed: so a layer is a tag and a pointer, which a driver finds in fewer instructions than one of a large enum.
pub(super) enum Layer<E, T> {
    Retry(Box<RetryLayer<E, T>>),
    Hedge(Box<HedgeLayer<E>>),
    Breaker(Box<GateLayer<CircuitBreaker, E, T>>),
    Throttle(Box<GateLayer<AdaptiveThrottle, E, T>>),
    Timeout(Box<TimeoutLayer>),
    RateLimit(Box<RateLayer<E, T>>),
    Bulkhead(Box<Shared<Bulkhead>>),
    /// Stands below a bulkhead whose limit adapts itself, and counts how calls end.
    Adapts(Box<GateLayer<Bulkhead, E, T>>),
    Fallback(Box<FallbackLayer<E, T>>),
}

/// A layer that admits calls and counts how they end.
pub(super) struct GateLayer<G: 'static, E, T> {
    /// Its place among the gates and timeouts, where a call keeps what it holds.
    pub(super) place: usize,
    pub(super) gate: Shared<G>,
    pub(super) filters: Filters<E, T>,
}

#[derive(Clone, Copy)]
pub(super) struct TimeoutLayer {
    pub(super) policy: TimeoutPolicy,
    /// That of the policy or, if it has none, of the pipeline.
    pub(super) name: Name,
    pub(super) index: usize,
    /// As that of a gate.
    pub(super) place: usize,
    first: TimeLimit,
    /// Whether a retry stands above it.
    is_repeated: bool,
}

pub(super) struct FallbackLayer<E, T> {
    /// In the order in which they are tried.
    pub(super) answers: Vec<Fallback<E, T>>,
    pub(super) filters: Filters<E, T>,
    /// The refusals that it answers; `None` for all.
    pub(super) refused: Option<Vec<ErrorKind>>,
}

impl<E, T> Layer<E, T> {
    /// As attributes and messages call it.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Retry(_) => "retry",
            Self::Hedge(_) => "hedge",
            Self::Breaker(_) => "circuit_breaker",
            Self::Throttle(_) => "adaptive_throttle",
            Self::Timeout(_) => "timeout",
            Self::RateLimit(_) => "rate_limit",
            Self::Bulkhead(_) | Self::Adapts(_) => "bulkhead",
            Self::Fallback(_) => "fallback",
        }
    }
}

impl<E, T> Stack<E, T> {
    pub(super) fn new(name: Name, mut layers: Vec<Layer<E, T>>) -> Self {
        let (mut timeouts, mut gates, mut places) = (Vec::new(), Vec::new(), 0);
        let retry = layers.iter().position(|layer| matches!(layer, Layer::Retry(_)));
        for (index, layer) in layers.iter_mut().enumerate() {
            let place = match layer {
                Layer::Breaker(layer) => &mut layer.place,
                Layer::Throttle(layer) => &mut layer.place,
                Layer::Adapts(layer) => &mut layer.place,
                Layer::Timeout(layer) => {
                    layer.name = layer.policy.name_or(name);
                    layer.first = TimeLimit::of(layer.policy.limit(1), layer.name);
                    layer.index = index;
                    layer.is_repeated = retry.is_some_and(|retry| retry < index);
                    &mut layer.place
                }
                Layer::Retry(_) | Layer::Hedge(_) | Layer::RateLimit(_) | Layer::Bulkhead(_) | Layer::Fallback(_) => {
                    continue;
                }
            };
            *place = places;
            match layer {
                Layer::Timeout(layer) => timeouts.push(**layer),
                _ => gates.push((index, places)),
            }
            places += 1;
        }
        let counts = retry.is_some();
        Self { name, layers: layers.into(), timeouts: timeouts.into(), gates: gates.into(), places, counts }
    }

    /// Whether a timeout stands above a layer: then nothing below it begins after its deadline.
    pub(super) fn has_timeout_above(&self, index: usize) -> bool {
        self.timeouts.first().is_some_and(|timeout| timeout.index < index)
    }

    /// Whether a retry is the layer with this index, or stands below it.
    pub(super) fn has_retry_from(&self, index: usize) -> bool {
        self.layers[index..].iter().any(|layer| matches!(layer, Layer::Retry(_)))
    }

    /// Counts an attempt that a hedge makes beside another, from the layer with this index on. Retries there count theirs.
    pub(super) fn count_hedge(&self, counts: &impl Counts, index: usize) {
        if !self.has_retry_from(index) {
            counts.hedged();
        }
    }

    /// Whether a fallback is the layer with this index, or stands below it.
    pub(super) fn has_fallback_from(&self, index: usize) -> bool {
        self.layers[index..].iter().any(|layer| matches!(layer, Layer::Fallback(_)))
    }
}

impl<G, E, T> GateLayer<G, E, T> {
    /// Its place is found when all layers are known.
    pub(super) fn new(gate: Shared<G>) -> Self {
        Self { place: 0, gate, filters: Filters::default() }
    }
}

impl TimeoutLayer {
    /// Its name and its place are found when all layers are known.
    pub(super) fn new(policy: TimeoutPolicy) -> Self {
        let name = policy.name_or(UNNAMED);
        Self { policy, name, index: 0, place: 0, first: TimeLimit::absent(name), is_repeated: false }
    }

    /// Which attempt of a retry it limits, if it is below one that makes this attempt.
    pub(super) fn attempt(&self, attempt: u32) -> Option<NonZeroU32> {
        NonZeroU32::new(attempt).filter(|_| self.is_repeated)
    }

    /// The limit of an attempt.
    #[inline]
    pub(super) fn limit(&self, attempt: u32) -> TimeLimit {
        if attempt == 1 { self.first } else { TimeLimit::of(self.policy.limit(attempt), self.name) }
    }
}

impl<E, T> FallbackLayer<E, T> {
    pub(super) fn new(answers: Vec<Fallback<E, T>>) -> Self {
        Self { answers, filters: Filters::default(), refused: None }
    }

    /// What is to be answered of an outcome.
    ///
    /// # Errors
    ///
    /// The outcome, if it is none of these.
    pub(super) fn select<K: Reads<T, O>, O>(
        &self,
        outcome: Result<O, Failure<E>>,
    ) -> Result<Answered<E, T>, Result<O, Failure<E>>> {
        let (selected, outcome) = self.filters.judge::<K, O>(outcome);
        match outcome {
            Err(Failure::Refused(refusal)) if !self.answers_refusal(&refusal) => Err(Err(Failure::Refused(refusal))),
            Err(failure) if selected.unwrap_or(true) => Ok(Err(failure)),
            Ok(value) if selected == Some(true) => Ok(Ok(owned::<K, O, T>(value))),
            outcome => Err(outcome),
        }
    }

    /// Exhausted retries are of their own kind, and of that of the last refusal.
    fn answers_refusal(&self, refusal: &Error) -> bool {
        let names =
            |kinds: &Vec<ErrorKind>| kinds.contains(&refusal.kind()) || kinds.contains(&refusal.decisive().kind());
        self.refused.as_ref().is_none_or(names)
    }
}

/// A value as the pipeline knows it.
fn owned<K: Reads<T, O>, O, T>(value: O) -> T {
    match K::owned(value) {
        Some(value) => value,
        None => unreachable!("no filter looks at values where their type is not known"),
    }
}
