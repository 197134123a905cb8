//! The attempts of a hedge in an async call. The first takes the call's own way through the layers below; each of the
//! others is a way of its own.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::core::clock::Start;
use crate::core::error::Failure;
use crate::core::span::HedgeSpan;
use crate::hedge::course::{Course, Step};
use crate::pipeline::hedge_layer::{HedgeLayer, Kept};
use crate::pipeline::leave::Left;
use crate::pipeline::ledger::Ledger;
use crate::pipeline::reads::Reads;
use crate::pipeline::retry_layer::Attempts;
use crate::pipeline::run::{Run, Stage};
use crate::timer::sleep::{Sleep, SleepFuture as _};

/// The attempts beside the first, and when the next is due.
pub(super) struct Racing<'p, E, T, K, F> {
    layer: &'p HedgeLayer<E>,
    /// The index of the layer.
    pub(super) index: usize,
    /// The attempt of a retry above.
    attempt: u32,
    course: Course<'p, Kept>,
    hedges: Vec<Hedged<'p, E, T, K, F>>,
    /// Since the latest attempt, until the sleep is set.
    begun: Option<Start>,
    sleep: Option<Pin<Box<Sleep>>>,
    /// One of the hedges is polled.
    polls_hedge: bool,
}

/// The number of an attempt, its span, and its way.
type Hedged<'p, E, T, K, F> = (u32, HedgeSpan, Pin<Box<Run<'p, E, T, K, F>>>);

impl<'p, E, T, K, F> Racing<'p, E, T, K, F> {
    /// The first attempt begins.
    pub(super) fn new(layer: &'p HedgeLayer<E>, index: usize, attempt: u32) -> Self {
        let course = Course::new(layer.terms(), false);
        let mut racing =
            Self { layer, index, attempt, course, hedges: Vec::new(), begun: None, sleep: None, polls_hedge: false };
        let _first = racing.begin();
        racing
    }

    /// An attempt begins: its number.
    fn begin(&mut self) -> u32 {
        let number = self.course.launch();
        self.begun = self.course.due().map(Start::now);
        self.sleep = None;
        number
    }

    /// Makes another attempt.
    fn launch(&mut self, ledger: &Ledger<'p, E, T>) {
        self.layer.observe(ledger.stack.name, &self.course);
        let number = self.begin();
        ledger.hedged(self.index + 1);
        let span = self.course.span(number);
        self.hedges.push((number, span, Box::pin(Run::new(ledger.below(self.index + 1, self.attempt)))));
    }

    /// The call panics. If it is a hedge that does, the first attempt is dropped as it is.
    pub(super) fn unwind(&self, ledger: &mut Ledger<'p, E, T>) {
        if self.polls_hedge {
            ledger.abandon(self.index + 1, false);
        }
    }

    fn poll_due(&mut self, is_first_running: bool, context: &mut Context<'_>) -> Poll<bool> {
        if let (Some(start), Some(delay)) = (self.begun.take(), self.course.due()) {
            self.sleep = Some(Box::pin(Sleep::at(start.after(delay))));
        }
        match self.sleep.as_mut().map(|sleep| sleep.as_mut().poll(context)) {
            Some(Poll::Ready(())) => {
                self.sleep = None;
                Poll::Ready(self.course.is_due(is_first_running))
            }
            _ => Poll::Pending,
        }
    }
}

impl<'p, E, T, K, F, O> Racing<'p, E, T, K, F>
where
    F: Future<Output = Result<O, Failure<E>>>,
    K: Reads<T, O>,
{
    /// The first hedge that has ended, and its outcome.
    fn poll_each<M: FnMut() -> F>(
        &mut self,
        context: &mut Context<'_>,
        make: &mut M,
    ) -> Option<(u32, Result<O, Failure<E>>)> {
        self.polls_hedge = true;
        let ended = self.hedges.iter_mut().enumerate().find_map(|(index, (_, span, run))| {
            let _span = span.entered();
            match run.as_mut().poll(context, make) {
                Poll::Ready(outcome) => Some((index, outcome)),
                Poll::Pending => None,
            }
        });
        self.polls_hedge = false;
        ended.map(|(index, outcome)| (self.hedges.remove(index).0, outcome))
    }

    fn ended(&mut self, attempt: u32, outcome: Result<O, Failure<E>>) -> Step<O, Failure<E>> {
        let layer = self.layer;
        self.course.ended_kept(attempt, outcome, |error| layer.is_worth_it(error), (layer.keep, layer.give))
    }

    /// What follows for the call, while the first attempt is pending or has ended.
    fn poll<M: FnMut() -> F>(
        &mut self,
        is_first_running: bool,
        ledger: &Ledger<'p, E, T>,
        context: &mut Context<'_>,
        make: &mut M,
    ) -> Poll<Result<O, Failure<E>>> {
        let _polling = ledger.polling_within(self.index);
        loop {
            let step = match self.poll_each(context, make) {
                Some((number, outcome)) => self.ended(number, outcome),
                None => match self.poll_due(is_first_running, context) {
                    Poll::Ready(true) => Step::Launch,
                    Poll::Ready(false) => self.course.without_another().with_failure(self.layer.give),
                    Poll::Pending => return Poll::Pending,
                },
            };
            match step {
                Step::Answer(outcome) => return Poll::Ready(outcome),
                Step::Launch => self.launch(ledger),
                Step::Wait => {}
            }
        }
    }
}

impl<'p, E, T, K, F, O> Run<'p, E, T, K, F>
where
    F: Future<Output = Result<O, Failure<E>>>,
    K: Reads<T, O>,
{
    /// Enters a hedge, and begins the first attempt. Is not inlined, so that `enter` stays small: most stacks have no hedge.
    #[inline(never)]
    pub(super) fn begin_race(self: Pin<&mut Self>, layer: &'p HedgeLayer<E>) {
        let this = self.project();
        let attempt = this.attempts.as_ref().map_or(this.ledger.attempt, Attempts::number);
        *this.race = Some(Box::new(Racing::new(layer, this.ledger.depth(), attempt)));
        this.ledger.entered();
    }

    /// Polls the attempts beside the first, which is pending or has ended. Ready with the answer, when all others have been
    /// dropped and the hedge has been left.
    #[cold]
    #[inline(never)]
    pub(super) fn race_on<M: FnMut() -> F>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        make: &mut M,
    ) -> Poll<Result<O, Failure<E>>> {
        let mut this = self.project();
        let Some(race) = this.race else { return Poll::Pending };
        let is_first_running = *this.stage != Stage::Hedges;
        let Poll::Ready(outcome) = race.poll(is_first_running, this.ledger, context, make) else {
            return Poll::Pending;
        };
        let index = race.index;
        *this.race = None;
        this.body.set(None);
        *this.waiting = None;
        if this.ledger.stack.has_retry_from(index) {
            *this.attempts = None;
        }
        this.ledger.abandon(index, false);
        Poll::Ready(outcome)
    }

    /// The first attempt of a hedge has ended.
    #[cold]
    #[inline(never)]
    pub(super) fn first_ended(self: Pin<&mut Self>, outcome: Result<O, Failure<E>>) -> Left<O, E> {
        let mut this = self.project();
        let Some(race) = this.race else { unreachable!("it was entered") };
        let step = {
            let _polling = this.ledger.polling();
            race.ended(0, outcome)
        };
        match step {
            Step::Answer(outcome) => {
                *this.race = None;
                return Left::Outward(outcome);
            }
            Step::Launch => race.launch(this.ledger),
            Step::Wait => {}
        }
        this.body.set(None);
        *this.stage = Stage::Hedges;
        this.ledger.back_into();
        Left::Not
    }
}
