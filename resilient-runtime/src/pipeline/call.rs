//! Calls of sync operations through a pipeline: each layer is a function call around the next, by the guards that
//! attributes use.

use std::sync::Arc;

use crate::bulkhead::bulkhead::Bulkhead;
use crate::core::block_on::block_until;
use crate::core::error::Failure;
use crate::core::whole::{parted, whole};
use crate::deadline::current as deadline;
use crate::event::answering;
use crate::event::call::Counts;
use crate::event::call_events::Cause;
use crate::outcomes::failures::{by_either, by_result};
use crate::outcomes::gate::Gate;
use crate::outcomes::lasting::{Kept, Lasting};
use crate::outcomes::outcome::Outcome;
use crate::outcomes::sync_guard::SyncGate as _;
use crate::pipeline::fallback::Answer;
use crate::pipeline::filters::Filters;
use crate::pipeline::hedge_layer::HedgeLayer;
use crate::pipeline::into_layer::Shared;
use crate::pipeline::layer::{FallbackLayer, GateLayer, Layer, Stack};
use crate::pipeline::reads::Reads;
use crate::pipeline::retry_layer::RetryLayer;
use crate::retry::driver::Next;
use crate::timeout::guard::Limit;

/// Where the call is: at the layer with this index, in an attempt counted from 1.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) index: usize,
    pub(super) attempt: u32,
}

impl At {
    pub(super) const OUTERMOST: Self = Self { index: 0, attempt: 1 };

    const fn below(self) -> Self {
        Self { index: self.index + 1, ..self }
    }
}

/// A sync operation and where it runs.
pub(super) trait Operation<O, E, T>: Sized {
    /// Reads the values.
    type Reads: Reads<T, O>;

    /// Counts the attempts of the call.
    fn counts(&self) -> &impl Counts;

    fn body(&mut self) -> Result<O, Failure<E>>;

    /// Goes on below a limit.
    fn below_limit(&mut self, stack: &Stack<E, T>, limit: Limit, at: At) -> Result<O, Failure<E>>;

    /// Makes the attempts of a hedge.
    fn hedged(&mut self, stack: &Stack<E, T>, layer: &HedgeLayer<E>, at: At) -> Result<O, Failure<E>>;

    /// Goes on in a slot.
    fn in_slot(&mut self, stack: &Stack<E, T>, bulkhead: &Shared<Bulkhead>, at: At) -> Result<O, Failure<E>>;
}

/// Goes on with a layer and those below it.
pub(super) fn call<O, E, T, P>(stack: &Stack<E, T>, operation: &mut P, at: At) -> Result<O, Failure<E>>
where
    P: Operation<O, E, T>,
{
    match stack.layers.get(at.index) {
        None => operation.body(),
        Some(Layer::Retry(layer)) => repeat(stack, layer, operation, at.below()),
        Some(Layer::Hedge(layer)) => operation.hedged(stack, layer, at.below()),
        Some(Layer::Breaker(layer)) => guard::<P::Reads, _, _, _, _>(layer, || call(stack, operation, at.below())),
        Some(Layer::Throttle(layer)) => guard::<P::Reads, _, _, _, _>(layer, || call(stack, operation, at.below())),
        Some(Layer::Adapts(layer)) => guard::<P::Reads, _, _, _, _>(layer, || call(stack, operation, at.below())),
        Some(Layer::Timeout(layer)) => {
            let limit = Limit::new(&layer.policy, at.attempt, layer.name);
            let limit = layer.attempt(at.attempt).map_or(limit, |attempt| limit.of_attempt(attempt.get()));
            operation.below_limit(stack, limit, at.below())
        }
        Some(Layer::RateLimit(layer)) => {
            let signals = layer.signals::<P::Reads>();
            layer.limiter.guard_blocking(layer.cost(), || call(stack, operation, at.below()), &signals)
        }
        Some(Layer::Bulkhead(bulkhead)) => operation.in_slot(stack, bulkhead, at.below()),
        Some(Layer::Fallback(layer)) => {
            let outcome = call(stack, operation, at.below());
            replace::<P::Reads, _, _, _>(stack, layer, at.index, operation.counts(), outcome)
        }
    }
}

/// Runs what is below a gate.
fn guard<K: Reads<T, O>, G: Gate, O, E, T>(
    layer: &GateLayer<G, E, T>,
    body: impl FnOnce() -> Result<O, Failure<E>>,
) -> Result<O, Failure<E>> {
    let Filters { error, value, result } = &layer.filters;
    if let Some(filter) = result {
        let is_failure = |result: &Result<O, E>| K::result(result).is_some_and(|result| filter(result));
        return parted(judged(&layer.gate, || whole(body()), |result| by_result(result, is_failure)));
    }
    let is_error = |found: &E| error.as_ref().map_or(G::EVERY_ERROR, |filter| filter(found));
    let is_value = |found: &O| value.as_ref().zip(K::value(found)).is_some_and(|(filter, value)| filter(value));
    judged(&layer.gate, body, |result| by_either(result, is_error, is_value))
}

fn judged<G: Gate, O, E>(
    gate: &Shared<G>,
    body: impl FnOnce() -> Result<O, Failure<E>>,
    judge: impl FnOnce(Result<&O, &E>) -> Outcome,
) -> Result<O, Failure<E>> {
    match gate {
        Shared::Static(gate) => gate.guard(body, judge),
        Shared::Owned(gate) => {
            let keep = || Some(Lasting::Shared(Arc::clone(gate)));
            Kept { state: &**gate, keep }.guard(body, judge)
        }
    }
}

fn repeat<O, E, T, P>(stack: &Stack<E, T>, layer: &RetryLayer<E, T>, operation: &mut P, at: At) -> Result<O, Failure<E>>
where
    P: Operation<O, E, T>,
{
    let mut attempts = layer.attempts();
    loop {
        operation.counts().attempt();
        let outcome = call(stack, operation, At { attempt: attempts.number(), ..at });
        let (next, outcome) = layer.next::<P::Reads, O>(stack.name, &mut attempts, outcome);
        let is_exhausted = match next {
            Next::Done => false,
            Next::Exhausted | Next::TooLate(_) => true,
            Next::Delay(delay) => {
                layer.observe(stack.name, &attempts, &outcome, delay);
                if attempts.sleep_blocking(delay) {
                    attempts.begin();
                    continue;
                }
                true
            }
        };
        return layer.last(stack.name, &attempts, outcome, is_exhausted);
    }
}

/// Answers in place of a failure, if the layer is to answer it.
fn replace<K: Reads<T, O>, O, E, T>(
    stack: &Stack<E, T>,
    layer: &FallbackLayer<E, T>,
    index: usize,
    counts: &impl Counts,
    outcome: Result<O, Failure<E>>,
) -> Result<O, Failure<E>> {
    let mut answered = match layer.select::<K, O>(outcome) {
        Ok(answered) => answered,
        Err(outcome) => return outcome,
    };
    let is_limited = stack.has_timeout_above(index);
    for (position, answer) in (1..).zip(&layer.answers) {
        match deadline::too_late() {
            Some(refusal) if is_limited => return Err(Failure::Refused(refusal)),
            // The deadline of another function: a refusal is still answered, since it may have no other way out.
            Some(_) if !matches!(answered, Err(Failure::Refused(_))) => break,
            _ => {}
        }
        counts.answered();
        let cause = Cause::of_outcome(&answered);
        let answer = match &answer.answer {
            Answer::Value(value) => Ok(value()),
            Answer::Call(answer) => answer(answered),
            Answer::Run(answer) => match block_until(None, answer(answered)) {
                Some(answer) => answer,
                None => unreachable!("there is no deadline to block until"),
            },
        };
        answering::answered(stack.name, position, cause, answer.is_ok());
        match answer {
            Ok(value) => return Ok(answer_of::<K, O, T>(value)),
            Err(error) => answered = Err(Failure::Inner(error)),
        }
    }
    answered.map(answer_of::<K, O, T>)
}

/// The answer of a fallback as a value of the operation.
pub(super) fn answer_of<K: Reads<T, O>, O, T>(value: T) -> O {
    match K::answer(value) {
        Some(value) => value,
        None => unreachable!("`build` refuses a fallback where the type of values is not known"),
    }
}
