//! The attempts of one hedged call, all polled in the caller's task. Generated code makes them, this decides when.
//!
//! The loop of the caller makes each attempt at one place, so that all are of one type and no closure that returns a
//! future is passed to a generic function:
//!
//! ```ignore
//! let mut race = pin!(Race::new(Terms::of(Some(hedge)), false));
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

use pin_project_lite::pin_project;

use crate::core::attempt::Attempt;
use crate::core::clock::Start;
use crate::core::error::{Failure, Refusal};
use crate::core::name::Name;
use crate::core::span::HedgeSpan;
use crate::hedge::course::{Course, Step, Terms};
use crate::hedge::event::HedgeEvent;
use crate::timer::sleep::{Sleep, SleepFuture as _};

pin_project! {
    /// The attempts of one call. Dropped, it drops all attempts.
    pub struct Race<'a, F, X> {
        course: Course<'a, X>,
        // The first attempt, in place: a call that needs no hedge allocates nothing.
        #[pin]
        first: Option<F>,
        // Attempts after the first that run.
        hedges: Vec<Hedged<F>>,
        due: Due,
        #[pin]
        sleep: Option<Sleep>,
    }
}

/// An attempt after the first.
struct Hedged<F> {
    number: u32,
    span: HedgeSpan,
    attempt: Pin<Box<F>>,
}

/// When the next attempt is due.
#[derive(Clone, Copy)]
enum Due {
    /// Never, or not before something else happens.
    Never,
    /// After the delay from this start. It is computed only if the attempt has to wait.
    After(Start),
    /// The sleep is set.
    Set,
}

impl<'a, F, X> Race<'a, F, X> {
    /// A call without attempts so far. `timed` if something asks for the time of an attempt.
    pub fn new(terms: Terms<'a>, timed: bool) -> Self {
        Self { course: Course::new(terms, timed), first: None, hedges: Vec::new(), due: Due::Never, sleep: None }
    }

    /// The attempt that is launched next is the last: there is nothing left to make another with.
    pub fn ends_after_next(self: Pin<&mut Self>) {
        self.project().course.ends_after_next();
    }

    /// The attempt that is launched next. Its time is known only if attempts are timed.
    pub fn attempt(self: Pin<&Self>) -> Attempt {
        self.project_ref().course.attempt()
    }

    /// Calls an observer with the attempt that is launched next.
    pub fn observe(self: Pin<&Self>, name: Name, observer: impl FnOnce(&HedgeEvent<'_>)) {
        self.project_ref().course.observe(name, observer);
    }

    /// The name of the hedge.
    pub fn name(self: Pin<&Self>) -> Option<Name> {
        self.project_ref().course.name()
    }

    /// How many attempts have started.
    pub fn launched(self: Pin<&Self>) -> u32 {
        self.project_ref().course.launched()
    }

    /// Starts an attempt.
    pub fn launch(self: Pin<&mut Self>, attempt: F) {
        let mut this = self.project();
        match this.course.launch() {
            0 => this.first.set(Some(attempt)),
            number => {
                let span = this.course.span(number);
                this.hedges.push(Hedged { number, span, attempt: Box::pin(attempt) });
            }
        }
        this.sleep.set(None);
        *this.due = this.course.due().map_or(Due::Never, |delay| Due::After(Start::now(delay)));
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
            let step = match self.as_mut().poll_each(context) {
                Some((0, Ok(value))) if self.hedges.is_empty() => {
                    self.project().course.succeeded(0);
                    return Poll::Ready(Some(Ok(value)));
                }
                Some((attempt, outcome)) => self.as_mut().project().course.ended(attempt, outcome, is_worth_it),
                None => match self.as_mut().poll_due(context) {
                    Poll::Ready(step) => step,
                    Poll::Pending => return Poll::Pending,
                },
            };
            match step {
                Step::Answer(outcome) => return Poll::Ready(Some(self.answer(outcome))),
                Step::Launch => return Poll::Ready(None),
                // Others may have ended as well.
                Step::Wait => {}
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
            let Hedged { span, attempt, .. } = &mut this.hedges[index];
            let polled = {
                let _span = span.entered();
                attempt.as_mut().poll(context)
            };
            if let Poll::Ready(outcome) = polled {
                return Some((this.hedges.remove(index).number, outcome));
            }
        }
        None
    }

    /// Waits for the time of the next attempt, and says what follows.
    fn poll_due(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Step<T, Failure<E, R>>> {
        let mut this = self.project();
        if let (Due::After(start), Some(delay)) = (*this.due, this.course.due()) {
            this.sleep.set(Some(Sleep::at(start.after(delay))));
            *this.due = Due::Set;
        }
        match this.sleep.as_mut().as_pin_mut().map(|sleep| sleep.poll(context)) {
            Some(Poll::Ready(())) => {
                this.sleep.set(None);
                *this.due = Due::Never;
                let is_made = this.course.is_due(this.first.is_some());
                Poll::Ready(if is_made { Step::Launch } else { this.course.without_another() })
            }
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
}
