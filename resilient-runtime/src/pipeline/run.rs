//! One async call through a pipeline: a future that enters the layers, polls the body, and leaves them again.
//!
//! It is one future for all layers, and none of the operation's is boxed. Each layer decides by the same state machine
//! as its attribute.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::bulkhead::bulkhead::{Bulkhead, Slot};
use crate::core::error::{Error, Failure};
use crate::core::span::AttemptSpan;
use crate::deadline::dropped::BeforeBody;
use crate::event::call_events::Outcome;
use crate::outcomes::gate::Ticket;
use crate::pipeline::layer::{Layer, Stack, TimeoutLayer};
use crate::pipeline::leave::Left;
use crate::pipeline::ledger::Ledger;
use crate::pipeline::racing::Racing;
use crate::pipeline::rate_layer::RateLayer;
use crate::pipeline::reads::Reads;
use crate::pipeline::retry_layer::Attempts;
use crate::pipeline::waiting::Waiting;
use crate::timer::sleep::Sleep;

pin_project! {
    /// A call through a pipeline.
    #[must_use = "futures do nothing unless awaited"]
    pub(super) struct Call<'p, E, T, K, M, F> {
        #[pin]
        run: Run<'p, E, T, K, F>,
        make: M,
    }
}

pin_project! {
    /// A call's way through the layers, or that of one attempt of a hedge through those below it.
    pub(super) struct Run<'p, E, T, K, F> {
        // Fields are dropped in this order: the body before what the layers hold.
        before_body: BeforeBody,
        #[pin]
        pub(super) body: Option<F>,
        pub(super) waiting: Option<Waiting<'p, E, T>>,
        pub(super) ledger: Ledger<'p, E, T>,
        pub(super) stage: Stage,
        pub(super) attempts: Option<Attempts<'p>>,
        // The attempts beside the one that is made here. Boxed, because few pipelines have a hedge.
        pub(super) race: Option<Box<Racing<'p, E, T, K, F>>>,
        // One for all limits.
        #[pin]
        alarm: Option<Sleep>,
        reads: PhantomData<fn() -> K>,
    }
}

/// What a call does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Enters layers, or waits for a slot or for permits.
    Enter,
    /// Polls the body.
    Body,
    /// Waits for the next attempt.
    Delay,
    /// Waits for the answer of a fallback.
    Answer,
    /// Waits for attempts of a hedge, of which the first has ended.
    Hedges,
    Done,
}

impl<'p, E, T, K, M, F> Call<'p, E, T, K, M, F> {
    #[inline]
    pub(super) fn new(stack: &'p Stack<E, T>, make: M) -> Self {
        Self { run: Run::new(Ledger::new(stack)), make }
    }
}

impl<O, E, T, K, M, F> Future for Call<'_, E, T, K, M, F>
where
    M: FnMut() -> F,
    F: Future<Output = Result<O, Failure<E>>>,
    K: Reads<T, O>,
{
    type Output = Result<O, Failure<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let polled = this.run.as_mut().poll(context, this.make);
        if let Poll::Ready(outcome) = &polled {
            this.run.project().ledger.call.end(Outcome::of(outcome));
        }
        polled
    }
}

impl<'p, E, T, K, F> Run<'p, E, T, K, F> {
    #[inline]
    pub(super) fn new(ledger: Ledger<'p, E, T>) -> Self {
        Run {
            before_body: BeforeBody,
            body: None,
            waiting: None,
            ledger,
            stage: Stage::Enter,
            attempts: None,
            race: None,
            alarm: None,
            reads: PhantomData,
        }
    }
}

/// One poll. Dropped only if it unwinds: then the call has ended.
struct Turn<'t, 'p, E, T, K, F>(Pin<&'t mut Run<'p, E, T, K, F>>);

impl<E, T, K, F> Drop for Turn<'_, '_, E, T, K, F> {
    fn drop(&mut self) {
        let this = self.0.as_mut().project();
        *this.stage = Stage::Done;
        if let Some(race) = this.race.take() {
            race.unwind(this.ledger);
        }
        *this.attempts = None;
        this.ledger.unwind();
    }
}

impl<'p, E, T, K, F, O> Run<'p, E, T, K, F>
where
    F: Future<Output = Result<O, Failure<E>>>,
    K: Reads<T, O>,
{
    /// Polls the call, with the operation that makes its bodies.
    #[inline]
    pub(super) fn poll<M: FnMut() -> F>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        make: &mut M,
    ) -> Poll<Result<O, Failure<E>>> {
        let mut turn = Turn(self);
        turn.0.as_mut().project().ledger.begin_poll();
        turn.0.in_span(AttemptSpan::enter);
        let polled = turn.0.as_mut().go_on(context, make);
        if polled.is_pending() {
            turn.0.in_span(AttemptSpan::leave);
        }
        std::mem::forget(turn);
        polled
    }

    #[inline]
    fn go_on<M: FnMut() -> F>(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        make: &mut M,
    ) -> Poll<Result<O, Failure<E>>> {
        loop {
            let mut advanced = self.as_mut().advance(context, make);
            if advanced.is_pending() && self.race.is_some() {
                advanced = self.as_mut().race_on(context, make);
            }
            let outcome = match advanced {
                Poll::Ready(outcome) => outcome,
                Poll::Pending => Err(Failure::Refused(ready!(self.as_mut().expire(context)))),
            };
            if let Left::Outward(outcome) = self.as_mut().leave(outcome) {
                *self.project().stage = Stage::Done;
                return Poll::Ready(outcome);
            }
        }
    }

    /// Does something with the span of an attempt, if one is under way.
    #[inline]
    fn in_span(&self, act: fn(&AttemptSpan)) {
        if let Some(attempts) = &self.attempts {
            act(attempts.span());
        }
    }

    /// Goes on to the next outcome of the innermost layer that has been entered.
    #[inline]
    fn advance<M: FnMut() -> F>(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        make: &mut M,
    ) -> Poll<Result<O, Failure<E>>> {
        match self.stage {
            Stage::Enter => {}
            Stage::Body => return self.poll_body(context),
            Stage::Delay => ready!(self.as_mut().wait_for_attempt(context)),
            Stage::Answer => return self.poll_answer(context),
            Stage::Hedges => return Poll::Pending,
            Stage::Done => panic!("polled after its end"),
        }
        match ready!(self.as_mut().enter(context)) {
            Ok(()) => self.make_body(context, make),
            Err(refusal) => Poll::Ready(Err(Failure::Refused(refusal))),
        }
    }

    /// Enters the layers that have not been entered, or waits for one.
    ///
    /// # Errors
    ///
    /// The refusal of one.
    #[inline]
    fn enter(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while let Some(layer) = self.ledger.next() {
            let this = self.as_mut().project();
            match layer {
                Layer::Retry(layer) => {
                    this.ledger.attempt();
                    *this.attempts = Some(layer.attempts());
                    this.ledger.entered();
                }
                Layer::Breaker(layer) => {
                    this.ledger.admitted(layer, Ticket::request(&*layer.gate)?);
                }
                Layer::Throttle(layer) => this.ledger.request(layer)?,
                Layer::Adapts(layer) => this.ledger.request(layer)?,
                Layer::Timeout(layer) => {
                    let attempt = this.attempts.as_ref().map_or(this.ledger.attempt, Attempts::number);
                    this.ledger.limited(layer, attempt)?;
                }
                Layer::Bulkhead(bulkhead) => {
                    if !(this.waiting.is_none() && bulkhead.take_slot()) {
                        ready!(self.as_mut().wait_for_slot(bulkhead, context))?;
                    }
                    self.as_mut().project().ledger.entered();
                }
                Layer::RateLimit(layer) => {
                    ready!(self.as_mut().take_permits(layer, context))?;
                    self.as_mut().project().ledger.entered();
                }
                Layer::Hedge(layer) => self.as_mut().begin_race(layer),
                Layer::Fallback(_) => this.ledger.entered(),
            }
        }
        Poll::Ready(Ok(()))
    }

    #[cold]
    #[inline(never)]
    fn wait_for_slot(
        self: Pin<&mut Self>,
        bulkhead: &'p Bulkhead,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        let this = self.project();
        let _polling = this.ledger.polling();
        if this.waiting.is_none() {
            if bulkhead.max_wait().is_zero() {
                return Poll::Ready(bulkhead.slot_or_refusal().map(Slot::keep));
            }
            *this.waiting = Some(Waiting::Slot(bulkhead.wait()));
        }
        let Some(Waiting::Slot(slot)) = this.waiting else { unreachable!("nothing else is waited for here") };
        let slot = ready!(Pin::new(slot).poll(context));
        *this.waiting = None;
        Poll::Ready(slot.map(Slot::keep))
    }

    /// Is not inlined, so that `enter` stays small: most stacks have no rate limit.
    #[inline(never)]
    fn take_permits(
        self: Pin<&mut Self>,
        layer: &'p RateLayer<E, T>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        let this = self.project();
        if this.waiting.is_none() && layer.limiter.begins(layer.cost())? {
            return Poll::Ready(Ok(()));
        }
        let _polling = this.ledger.polling();
        let waiting = this.waiting.get_or_insert_with(|| Waiting::Permits(Box::new(layer.limiter.wait(layer.cost()))));
        let Waiting::Permits(permits) = waiting else { unreachable!("nothing else is waited for here") };
        let permits = ready!(Pin::new(permits).poll(context));
        *this.waiting = None;
        Poll::Ready(permits)
    }

    /// Calls the operation, and polls its future for the first time.
    #[inline]
    fn make_body<M: FnMut() -> F>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        make: &mut M,
    ) -> Poll<Result<O, Failure<E>>> {
        let mut this = self.project();
        let _polling = this.ledger.polling();
        this.body.set(Some(make()));
        *this.stage = Stage::Body;
        poll_made(this.body, context)
    }

    #[inline]
    fn poll_body(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<O, Failure<E>>> {
        let this = self.project();
        let _polling = this.ledger.polling();
        poll_made(this.body, context)
    }

    #[cold]
    #[inline(never)]
    fn wait_for_attempt(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        {
            let _polling = this.ledger.polling();
            let Some(Waiting::Delay(delay)) = this.waiting else { unreachable!("a delay is waited for") };
            ready!(delay.as_mut().poll(context));
        }
        *this.waiting = None;
        if let Some(attempts) = this.attempts {
            this.ledger.attempt();
            attempts.begin();
        }
        *this.stage = Stage::Enter;
        Poll::Ready(())
    }

    /// Ready with the refusal of a timeout whose time is over, if there is one, while the call is pending; what is below
    /// the timeout is dropped. Else the task will be woken when the first of them ends.
    #[cold]
    #[inline(never)]
    fn expire(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Error> {
        let mut this = self.project();
        let timeout: &TimeoutLayer = ready!(this.ledger.expired(this.alarm, context));
        let attempt = this.attempts.as_ref().map_or(this.ledger.attempt, Attempts::number);
        let repeats = this.ledger.stack.has_retry_from(timeout.index);
        let refusal = this.ledger.expire(timeout, attempt, || {
            this.body.set(None);
            // Those of a hedge below the timeout.
            drop(this.race.take_if(|race| race.index > timeout.index));
            *this.waiting = None;
            // A retry below gives the token of the next attempt back, and the span of an attempt ends.
            if repeats {
                *this.attempts = None;
            }
        });
        Poll::Ready(refusal)
    }
}

/// Polls the body that was made when the innermost layer was entered.
#[inline]
fn poll_made<O, E, F: Future<Output = Result<O, Failure<E>>>>(
    mut body: Pin<&mut Option<F>>,
    context: &mut Context<'_>,
) -> Poll<Result<O, Failure<E>>> {
    match body.as_mut().as_pin_mut() {
        Some(body) => body.poll(context),
        None => unreachable!("it is dropped only when the call goes on elsewhere"),
    }
}
