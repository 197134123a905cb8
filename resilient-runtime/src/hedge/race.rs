//! The attempts of one hedged call, all polled in the caller's task. Generated code makes them, this decides when.
//!
//! The loop of the caller makes each attempt at one place, so that all are of one type and no closure that returns a
//! future is passed to a generic function:
//!
//! ```ignore
//! let mut race = pin!(Race::new(hedge));
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

use crate::core::clock::{Start, Stopwatch};
use crate::core::error::{Failure, Refusal};
use crate::deadline::current as deadline;
use crate::hedge::hedge::Hedge;
use crate::hedge::machine::{Ending, Machine, Then};
use crate::timer::sleep::{Sleep, SleepFuture as _};

pin_project! {
    /// The attempts of one call. Dropped, it drops all attempts.
    pub struct Race<'a, F, O> {
        hedge: &'a Hedge,
        machine: Machine,
        // The first attempt, in place: a call that needs no hedge allocates nothing.
        #[pin]
        first: Option<F>,
        // Attempts after the first that run, with their numbers.
        hedges: Vec<(u32, Pin<Box<F>>)>,
        // What the first attempt failed with.
        failed: Option<O>,
        // Whether the first attempt was still running when the next was due.
        is_outlasted: bool,
        due: Due,
        #[pin]
        sleep: Option<Sleep>,
        // Since the start of the call, while a percentile is not known.
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

impl<'a, F, O> Race<'a, F, O> {
    /// A call without attempts so far.
    pub fn new(hedge: &'a Hedge) -> Self {
        hedge.begun();
        Self {
            hedge,
            machine: Machine::new(hedge.policy().most_attempts()),
            first: None,
            hedges: Vec::new(),
            failed: None,
            is_outlasted: false,
            due: Due::Never,
            sleep: None,
            clock: if hedge.delay().is_none() { Stopwatch::start() } else { Stopwatch::default() },
        }
    }

    /// The attempt that is launched next is the last: there is nothing left to make another with.
    pub fn ends_after_next(self: Pin<&mut Self>) {
        self.project().machine.ends_after_next();
    }

    /// Starts an attempt.
    pub fn launch(self: Pin<&mut Self>, attempt: F) {
        let mut this = self.project();
        match this.machine.launch() {
            0 => this.first.set(Some(attempt)),
            number => this.hedges.push((number, Box::pin(attempt))),
        }
        this.sleep.set(None);
        *this.due = match this.hedge.delay() {
            Some(delay) if this.machine.may_launch() => Due::After(Start::now(delay), delay),
            _ => Due::Never,
        };
    }
}

impl<F, T, E, R> Race<'_, F, Result<T, Failure<E, R>>>
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
                *this.failed = Some(outcome);
            } else if then == Then::Answer {
                return Poll::Ready(Some(self.answer(outcome)));
            }
            match then {
                Then::FirstAnswers => return Poll::Ready(self.first_answers()),
                Then::Launch => return self.launch_next(),
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
        if ending == Ending::Success {
            this.hedge.succeeded(attempt);
            if attempt == 0 && !*this.is_outlasted {
                this.hedge.ended_sooner(this.clock.elapsed());
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
                if this.first.is_some() && !std::mem::replace(this.is_outlasted, true) {
                    this.hedge.outlasted();
                }
                self.launch_next()
            }
            _ => Poll::Pending,
        }
    }

    /// Asks for another attempt, unless the budget or the deadline above forbids it.
    fn launch_next(mut self: Pin<&mut Self>) -> Poll<Option<F::Output>> {
        let mut this = self.as_mut().project();
        this.sleep.set(None);
        *this.due = Due::Never;
        if deadline::expired().is_none() && this.hedge.may_hedge() {
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
        failed
    }
}
