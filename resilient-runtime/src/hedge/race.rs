//! The attempts of one hedged call, all polled in the caller's task. Generated code makes them, this decides when.
//!
//! The loop of the caller makes each attempt at one place, so that all are of one type and no closure that returns a
//! future is passed to a generic function:
//!
//! ```ignore
//! let mut race = pin!(Race::new(Some(hedge), false));
//! loop {
//!     Race::launch(race.as_mut(), async { BODY });
//!     if let Some(outcome) = Race::next(race.as_mut(), |_| true).await {
//!         break outcome;
//!     }
//! }
//! ```

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use crate::core::attempt::Attempt;
use crate::core::clock::{Start, Stopwatch};
use crate::core::error::{Failure, Refusal};
use crate::core::name::Name;
use crate::deadline::current as deadline;
use crate::hedge::event::{HedgeEvent, HedgeReason};
use crate::hedge::hedge::Hedge;
use crate::hedge::machine::{Ending, Machine, Then};
use crate::timer::sleep::{Sleep, SleepFuture as _};

pin_project! {
    /// The attempts of one call. Dropped, it drops all attempts.
    pub struct Race<'a, F, X> {
        // Without one there is only the first attempt.
        hedge: Option<&'a Hedge>,
        machine: Machine,
        // The first attempt, in place: a call that needs no hedge allocates nothing.
        #[pin]
        first: Option<F>,
        // Attempts after the first that run, with their numbers.
        hedges: Vec<(u32, Pin<Box<F>>)>,
        // What the first attempt failed with.
        failed: Option<X>,
        // Whether the first attempt was still running when the next was due.
        is_outlasted: bool,
        due: Due,
        #[pin]
        sleep: Option<Sleep>,
        // Why the next attempt is made.
        why: HedgeReason,
        // Since the start of the call, while a percentile is not known or if the attempts are timed.
        clock: Stopwatch,
    }
}

/// When the next attempt is due.
#[derive(Clone, Copy)]
enum Due {
    /// Never, or not before something else happens.
    Never,
    /// So long after this start. It is computed only if the attempt has to wait.
    After(Start, Duration),
    /// The sleep is set.
    Set,
}

impl<'a, F, X> Race<'a, F, X> {
    /// A call without attempts so far. `timed` if something asks for the time of an attempt.
    pub fn new(hedge: Option<&'a Hedge>, timed: bool) -> Self {
        if let Some(hedge) = hedge {
            hedge.begun();
        }
        let timed = timed || hedge.is_some_and(|hedge| hedge.delay().is_none());
        Self {
            hedge,
            machine: Machine::new(hedge.map_or(1, Hedge::most_attempts)),
            first: None,
            hedges: Vec::new(),
            failed: None,
            is_outlasted: false,
            due: Due::Never,
            sleep: None,
            why: HedgeReason::Slow,
            clock: if timed { Stopwatch::start() } else { Stopwatch::default() },
        }
    }

    /// The attempt that is launched next is the last: there is nothing left to make another with.
    pub fn ends_after_next(self: Pin<&mut Self>) {
        self.project().machine.ends_after_next();
    }

    /// The attempt that is launched next. Its time is known only if attempts are timed.
    pub fn attempt(self: Pin<&Self>) -> Attempt {
        let number = self.machine.launched() + 1;
        Attempt::new(number, number >= self.machine.most(), self.clock.elapsed())
    }

    /// Calls an observer with the attempt that is launched next.
    pub fn observe(self: Pin<&Self>, name: Name, observer: impl FnOnce(&HedgeEvent<'_>)) {
        let (attempt, max_attempts) = (self.machine.launched() + 1, self.machine.most());
        observer(&HedgeEvent { name: name.as_str(), attempt, max_attempts, why: self.why });
    }

    /// The name of the hedge.
    pub fn name(self: Pin<&Self>) -> Option<Name> {
        self.hedge.map(Hedge::name)
    }

    /// Starts an attempt.
    pub fn launch(self: Pin<&mut Self>, attempt: F) {
        let mut this = self.project();
        match this.machine.launch() {
            0 => this.first.set(Some(attempt)),
            number => this.hedges.push((number, Box::pin(attempt))),
        }
        this.sleep.set(None);
        *this.due = match this.hedge.and_then(Hedge::delay) {
            Some(delay) if this.machine.may_launch() => Due::After(Start::now(delay), delay),
            _ => Due::Never,
        };
    }
}

impl<F, T, E, R> Race<'_, F, Failure<E, R>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    R: Refusal,
{
    /// Waits for the answer; `None` if another attempt is to be launched. When the answer is there, all other attempts
    /// have been dropped.
    pub async fn next(mut self: Pin<&mut Self>, is_worth_it: impl Fn(&E) -> bool) -> Option<Result<T, Failure<E, R>>> {
        poll_fn(|context| self.as_mut().poll_attempts(context, &is_worth_it)).await
    }

    fn poll_attempts(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        is_worth_it: &impl Fn(&E) -> bool,
    ) -> Poll<Option<F::Output>> {
        loop {
            let Some((attempt, outcome)) = self.as_mut().poll_each(context) else {
                return self.poll_due(context);
            };
            let ending = Ending::of(&outcome, is_worth_it);
            let then = self.as_mut().ended(attempt, ending);
            let this = self.as_mut().project();
            if attempt == 0 && then != Then::Answer {
                *this.failed = outcome.err();
            } else if then == Then::Answer {
                return Poll::Ready(Some(self.answer(outcome)));
            }
            match then {
                Then::FirstAnswers => return Poll::Ready(self.first_answers()),
                Then::Launch => return self.launch_next(HedgeReason::Failed),
                Then::Wait | Then::Answer => {}
            }
        }
    }

    /// The first attempt that has ended, and its outcome.
    fn poll_each(self: Pin<&mut Self>, context: &mut Context<'_>) -> Option<(u32, F::Output)> {
        let mut this = self.project();
        if let Some(first) = this.first.as_mut().as_pin_mut()
            && let Poll::Ready(outcome) = first.poll(context)
        {
            this.first.set(None);
            return Some((0, outcome));
        }
        for index in 0..this.hedges.len() {
            if let Poll::Ready(outcome) = this.hedges[index].1.as_mut().poll(context) {
                return Some((this.hedges.remove(index).0, outcome));
            }
        }
        None
    }

    /// Records the end of an attempt.
    fn ended(self: Pin<&mut Self>, attempt: u32, ending: Ending) -> Then {
        let this = self.project();
        if let (Ending::Success, Some(hedge)) = (ending, *this.hedge) {
            hedge.succeeded(attempt);
            if attempt == 0 && !*this.is_outlasted {
                hedge.ended_sooner(this.clock.elapsed());
            }
        }
        this.machine.ended(attempt, ending)
    }

    /// Whether the time of the next attempt has come.
    fn poll_due(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<F::Output>> {
        let mut this = self.as_mut().project();
        if let Due::After(start, delay) = *this.due {
            this.sleep.set(Some(Sleep::at(start.after(delay))));
            *this.due = Due::Set;
        }
        match this.sleep.as_mut().as_pin_mut().map(|sleep| sleep.poll(context)) {
            Some(Poll::Ready(())) => {
                if let (true, false, Some(hedge)) = (this.first.is_some(), *this.is_outlasted, *this.hedge) {
                    *this.is_outlasted = true;
                    hedge.outlasted();
                }
                self.launch_next(HedgeReason::Slow)
            }
            _ => Poll::Pending,
        }
    }

    /// Asks for another attempt, unless the budget or the deadline above forbids it.
    fn launch_next(mut self: Pin<&mut Self>, why: HedgeReason) -> Poll<Option<F::Output>> {
        let mut this = self.as_mut().project();
        this.sleep.set(None);
        *this.due = Due::Never;
        *this.why = why;
        if deadline::expired().is_none() && this.hedge.is_some_and(Hedge::may_hedge) {
            return Poll::Ready(None);
        }
        match this.machine.without_another() {
            Then::FirstAnswers => Poll::Ready(self.first_answers()),
            _ => Poll::Pending,
        }
    }

    /// The answer, after all other attempts are dropped.
    fn answer(self: Pin<&mut Self>, outcome: F::Output) -> F::Output {
        let mut this = self.project();
        this.first.set(None);
        this.hedges.clear();
        outcome
    }

    /// All have failed, so what the first failed with is the answer.
    fn first_answers(self: Pin<&mut Self>) -> Option<F::Output> {
        let failed = self.project().failed.take();
        debug_assert!(failed.is_some(), "the first attempt has ended");
        failed.map(Err)
    }
}
