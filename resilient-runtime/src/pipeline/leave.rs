//! How an async call leaves the layers of a pipeline again, from the innermost outwards.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::core::error::{Error, Failure};
use crate::core::function_counts::{Count, count};
use crate::deadline::current as deadline;
use crate::event::answering;
use crate::event::call_events::Cause;
use crate::outcomes::failures::by_either;
use crate::outcomes::gate::Gate;
use crate::outcomes::guard::Judging;
use crate::outcomes::held::refused_below;
use crate::outcomes::outcome::{self, Outcome};
use crate::pipeline::call::answer_of;
use crate::pipeline::fallback::{Answer, Answered};
use crate::pipeline::layer::{FallbackLayer, GateLayer, Layer};
use crate::pipeline::rate_layer::RateLayer;
use crate::pipeline::reads::Reads;
use crate::pipeline::retry_layer::RetryLayer;
use crate::pipeline::run::{Run, Stage};
use crate::pipeline::waiting::{Awaited, Waiting};
use crate::retry::delay;
use crate::retry::driver::Next;

/// How a layer was left.
pub(super) enum Left<O, E> {
    /// With this outcome, to the layer above.
    Outward(Result<O, Failure<E>>),
    /// Not yet: it waits.
    Not,
}

impl<'p, E, T, K, F, O> Run<'p, E, T, K, F>
where
    F: Future<Output = Result<O, Failure<E>>>,
    K: Reads<T, O>,
{
    /// Polls the answers of a fallback until one succeeds or all have failed.
    #[cold]
    #[inline(never)]
    pub(super) fn poll_answer(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<O, Failure<E>>> {
        loop {
            let this = self.as_mut().project();
            let answer = {
                let _polling = this.ledger.polling();
                let Some(Waiting::Answer(awaited)) = this.waiting else { unreachable!("an answer is waited for") };
                ready!(awaited.answer.as_mut().poll(context))
            };
            let Some(Waiting::Answer(awaited)) = this.waiting.take() else { unreachable!("it was waited for") };
            let Awaited { index, layer, position, cause, .. } = *awaited;
            answering::answered(this.ledger.stack.name, number(position), cause, answer.is_ok());
            let failed = match answer {
                Ok(value) => return Poll::Ready(Ok(answer_of::<K, O, T>(value))),
                Err(error) => Err(Failure::Inner(error)),
            };
            if let Left::Outward(outcome) = self.as_mut().answer(index, layer, position + 1, failed) {
                return Poll::Ready(outcome);
            }
        }
    }

    /// Leaves the layers that have been entered, the innermost first, until one of them waits.
    #[inline]
    pub(super) fn leave(mut self: Pin<&mut Self>, mut outcome: Result<O, Failure<E>>) -> Left<O, E> {
        while let Some(layer) = self.as_mut().project().ledger.leave() {
            let left = match layer {
                Layer::Bulkhead(bulkhead) => {
                    bulkhead.give_back();
                    continue;
                }
                Layer::Breaker(layer) if self.as_mut().count(layer, &outcome) => continue,
                Layer::Breaker(layer) => Left::Outward(self.as_mut().judge(layer, outcome)),
                Layer::Throttle(layer) if self.as_mut().count(layer, &outcome) => continue,
                Layer::Throttle(layer) => Left::Outward(self.as_mut().judge(layer, outcome)),
                Layer::Adapts(layer) if self.as_mut().count(layer, &outcome) => continue,
                Layer::Adapts(layer) => Left::Outward(self.as_mut().judge(layer, outcome)),
                Layer::RateLimit(layer) => {
                    self.as_mut().signal(layer, &outcome);
                    continue;
                }
                Layer::Retry(layer)
                    if outcome.is_err() || layer.minds_successes() || cfg!(feature = "readings") || self.has_span() =>
                {
                    self.as_mut().again(layer, outcome)
                }
                Layer::Fallback(layer) if outcome.is_err() || layer.filters.looks_at_values() => {
                    self.as_mut().replace(layer, outcome)
                }
                Layer::Hedge(_) => self.as_mut().first_ended(outcome),
                Layer::Timeout(layer) => {
                    count(layer.policy.name_or(layer.name), Count::KeptToLimit);
                    continue;
                }
                Layer::Retry(_) | Layer::Fallback(_) => continue,
            };
            match left {
                Left::Outward(next) => outcome = next,
                Left::Not => return Left::Not,
            }
        }
        Left::Outward(outcome)
    }

    /// Whether an attempt is under way that may have a span: the first has none.
    #[inline]
    fn has_span(&self) -> bool {
        cfg!(feature = "tracing") && self.attempts.as_ref().is_some_and(|attempts| attempts.number() > 1)
    }

    /// Counts a success of a gate that needs no look at it. Returns whether this is one; if not, it is to be
    /// [judged](Self::judge).
    #[inline]
    fn count<G: Gate>(self: Pin<&mut Self>, layer: &'p GateLayer<G, E, T>, outcome: &Result<O, Failure<E>>) -> bool {
        let is_success = outcome.is_ok() && !layer.filters.looks_at_values();
        if is_success {
            self.ledger.ticket(layer).0.end(Outcome::Success);
        }
        is_success
    }

    /// Reports an outcome to a gate. Is not inlined, because it passes the outcome on and back: where a success needs no
    /// look, these moves would be a large part of the call.
    #[inline(never)]
    fn judge<G: Gate>(
        self: Pin<&mut Self>,
        layer: &'p GateLayer<G, E, T>,
        outcome: Result<O, Failure<E>>,
    ) -> Result<O, Failure<E>> {
        let this = self.project();
        let (ticket, since) = this.ledger.ticket(layer);
        let judging = Judging::new(ticket);
        let _polling = this.ledger.polling();
        let (is_failure, outcome) = layer.filters.judge::<K, O>(outcome);
        let refused = |refusal: &Error| refused_below(since, refusal, this.ledger.waits_before());
        let is_failure = is_failure.unwrap_or(G::EVERY_ERROR && outcome.is_err());
        let judge = |result: Result<&O, &E>| by_either(result, |_| is_failure, |_| is_failure);
        judging.end(outcome::outcome(&outcome, judge, refused));
        outcome
    }

    /// Stops everybody who shares a rate limit, if an outcome asks for it.
    #[inline(never)]
    fn signal(self: Pin<&mut Self>, layer: &'p RateLayer<E, T>, outcome: &Result<O, Failure<E>>) {
        if layer.pauses() {
            let _polling = self.ledger.polling();
            layer.limiter.hold_after(outcome, &layer.signals::<K>());
        }
    }

    /// Decides about another attempt, and begins the delay before it.
    #[cold]
    #[inline(never)]
    fn again(self: Pin<&mut Self>, layer: &'p RetryLayer<E, T>, outcome: Result<O, Failure<E>>) -> Left<O, E> {
        let mut this = self.project();
        let _polling = this.ledger.polling();
        let name = this.ledger.stack.name;
        let Some(attempts) = this.attempts else { unreachable!("its attempts are counted") };
        let (next, outcome) = layer.next::<K, O>(name, attempts, outcome);
        let delay = match next {
            Next::Done => return Left::Outward(layer.last(name, attempts, outcome, false)),
            Next::Exhausted => return Left::Outward(layer.last(name, attempts, outcome, true)),
            Next::Delay(delay) => {
                layer.observe(name, attempts, &outcome, delay);
                delay
            }
            Next::TooLate(delay) => delay,
        };
        drop(outcome);
        this.body.set(None);
        *this.waiting = Some(Waiting::Delay(Box::pin(delay::sleep(delay))));
        *this.stage = Stage::Delay;
        this.ledger.back_into();
        Left::Not
    }

    /// Answers in place of an outcome, if the layer is to answer it.
    #[cold]
    #[inline(never)]
    fn replace(self: Pin<&mut Self>, layer: &'p FallbackLayer<E, T>, outcome: Result<O, Failure<E>>) -> Left<O, E> {
        let index = self.ledger.depth();
        let selected = {
            let _polling = self.ledger.polling();
            layer.select::<K, O>(outcome)
        };
        match selected {
            Ok(answered) => self.answer(index, layer, 0, answered),
            Err(outcome) => Left::Outward(outcome),
        }
    }

    /// Tries the answers of a fallback from a position on.
    fn answer(
        self: Pin<&mut Self>,
        index: usize,
        layer: &'p FallbackLayer<E, T>,
        first: usize,
        mut answered: Answered<E, T>,
    ) -> Left<O, E> {
        let mut this = self.project();
        let _polling = this.ledger.polling();
        let is_limited = this.ledger.stack.has_timeout_above(index);
        for (position, answer) in layer.answers.iter().enumerate().skip(first) {
            match deadline::too_late() {
                Some(refusal) if is_limited => return Left::Outward(Err(Failure::Refused(refusal))),
                // As in a sync call.
                Some(_) if !matches!(answered, Err(Failure::Refused(_))) => break,
                _ => {}
            }
            this.ledger.answered();
            let cause = Cause::of_outcome(&answered);
            let answer = match &answer.answer {
                Answer::Value(value) => Ok(value()),
                Answer::Call(call) => call(answered),
                Answer::Run(run) => {
                    let answer = run(answered);
                    this.body.set(None);
                    *this.waiting = Some(Waiting::Answer(Box::new(Awaited { index, layer, position, cause, answer })));
                    *this.stage = Stage::Answer;
                    return Left::Not;
                }
            };
            answering::answered(this.ledger.stack.name, number(position), cause, answer.is_ok());
            match answer {
                Ok(value) => return Left::Outward(Ok(answer_of::<K, O, T>(value))),
                Err(error) => answered = Err(Failure::Inner(error)),
            }
        }
        Left::Outward(answered.map(answer_of::<K, O, T>))
    }
}

/// The number of an answer, counted from 1.
fn number(position: usize) -> u32 {
    u32::try_from(position).map_or(u32::MAX, |position| position.saturating_add(1))
}
