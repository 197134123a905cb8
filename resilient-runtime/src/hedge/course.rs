//! One hedged call: what it goes by, which attempts have started, and what follows when one ends or another is due. Those
//! of async and of sync calls decide by this, and differ in how they run attempts and wait.

use std::convert::identity;
use std::time::Duration;

use crate::core::attempt::Attempt;
use crate::core::clock::Stopwatch;
use crate::core::error::{Failure, Refusal};
use crate::core::name::Name;
use crate::core::span::HedgeSpan;
use crate::deadline::current as deadline;
use crate::event::event::Event;
use crate::event::hedge_events::{HedgeSent, HedgeWon};
use crate::event::kinds::Kinds;
use crate::event::listeners::{is_wanted, report};
use crate::hedge::event::{HedgeEvent, HedgeReason};
use crate::hedge::hedge::Hedge;
use crate::hedge::machine::{Ending, Machine, Then};
use crate::hedge::policy::HedgePolicy;
use crate::retry_budget::budget::RetryBudget;

/// The name in events of a policy that no attribute uses.
const UNNAMED: Name = Name::new(&"hedge");

/// What one call goes by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    hedge: Option<&'a Hedge>,
    budget: Option<&'a RetryBudget>,
    /// The budget counts all calls of the hedge.
    is_counted_by_budget: bool,
    /// From the start of an attempt to that of the next. `None` if no attempt is ever due.
    delay: Option<Duration>,
    most: u32,
}

impl<'a> Terms<'a> {
    /// Of a hedge and its own budget. Without a hedge there is only the first attempt.
    #[inline]
    pub fn of(hedge: Option<&'a Hedge>) -> Self {
        let is_counted_by_budget = hedge.is_some_and(Hedge::is_counted_by_budget);
        Self { is_counted_by_budget, ..Self::within(hedge, hedge.and_then(Hedge::own_budget)) }
    }

    /// Of a hedge and a budget that it shares with others.
    #[inline]
    pub fn within(hedge: Option<&'a Hedge>, budget: Option<&'a RetryBudget>) -> Self {
        let terms = Self { hedge, budget, is_counted_by_budget: false, delay: None, most: 1 };
        match hedge {
            Some(hedge) => {
                let (delay, most) = hedge.terms();
                Self { delay, most, ..terms }
            }
            None => Self { budget: None, ..terms },
        }
    }

    /// The same for attempts of which each begins when the one before has ended: none is ever due beside another.
    pub(crate) fn in_turn(self) -> Self {
        Self { delay: None, ..self }
    }

    /// Of a policy alone, which shares nothing with other calls.
    pub(super) fn of_policy(policy: &HedgePolicy) -> Self {
        Self { delay: policy.first_delay(), most: policy.most_attempts(), ..Self::within(None, None) }
    }
}

/// One hedged call. `X` is what its attempts fail with.
#[derive(Debug)]
pub(crate) struct Course<'a, X> {
    hedge: Option<&'a Hedge>,
    budget: Option<&'a RetryBudget>,
    delay: Option<Duration>,
    machine: Machine,
    /// What the first attempt failed with.
    failed: Option<X>,
    /// Whether the first attempt was still running when the next was due.
    is_outlasted: bool,
    /// Why the next attempt is made.
    why: HedgeReason,
    /// Since the start of the call, while a percentile is not known or if the attempts are timed.
    clock: Stopwatch,
}

/// What the caller does.
pub(crate) enum Step<T, X> {
    /// It returns this, once all other attempts are dropped.
    Answer(Result<T, X>),
    /// It makes another attempt.
    Launch,
    /// It waits for other attempts.
    Wait,
}

impl<T, X> Step<T, X> {
    /// The same with what the first attempt failed with in another form.
    pub(crate) fn with_failure<Y>(self, give: impl FnOnce(X) -> Y) -> Step<T, Y> {
        match self {
            Self::Answer(outcome) => Step::Answer(outcome.map_err(give)),
            Self::Launch => Step::Launch,
            Self::Wait => Step::Wait,
        }
    }
}

/// So many attempts, or fewer in the scope of a test.
#[inline]
fn in_scope(most: u32) -> u32 {
    #[cfg(feature = "testing")]
    if let Some(attempts) = crate::core::scope::current().and_then(|scope| scope.overrides().attempts) {
        return most.min(attempts);
    }
    most
}

impl<'a, X> Course<'a, X> {
    /// A call without attempts so far. `timed` if something asks for the time of an attempt.
    #[inline]
    pub(crate) fn new(terms: Terms<'a>, timed: bool) -> Self {
        let Terms { hedge, budget, is_counted_by_budget, delay, most } = terms;
        if let Some(budget) = budget {
            budget.call_begins();
        }
        if let (Some(hedge), false) = (hedge, is_counted_by_budget) {
            hedge.begun();
        }
        let timed = timed || (delay.is_none() && hedge.is_some()) || is_wanted(Kinds::HEDGES);
        Self {
            hedge,
            budget,
            delay,
            machine: Machine::new(in_scope(most)),
            failed: None,
            is_outlasted: false,
            why: HedgeReason::Slow,
            clock: if timed { Stopwatch::start() } else { Stopwatch::default() },
        }
    }

    /// The attempt that is launched next is the last: there is nothing left to make another with.
    pub(super) const fn ends_after_next(&mut self) {
        self.machine.ends_after_next();
    }

    /// The attempt that is launched next. Its time is known only if attempts are timed.
    pub(super) fn attempt(&self) -> Attempt {
        let number = self.machine.launched() + 1;
        Attempt::new(number, number >= self.machine.most(), self.clock.elapsed())
    }

    /// Calls an observer with the attempt that is launched next.
    pub(crate) fn observe(&self, name: Name, observer: impl FnOnce(&HedgeEvent<'_>)) {
        let (attempt, max_attempts) = (self.machine.launched() + 1, self.machine.most());
        observer(&HedgeEvent { name: name.as_str(), attempt, max_attempts, why: self.why });
    }

    /// The name of the hedge.
    pub(super) fn name(&self) -> Option<Name> {
        self.hedge.map(Hedge::name)
    }

    /// Counts an attempt that starts, and returns its number, from 0. Notifies listeners of one beside the first.
    pub(crate) fn launch(&mut self) -> u32 {
        let number = self.machine.launch();
        if number > 0 {
            report(Kinds::HEDGES, || {
                let (name, number, after) = self.subject(number);
                Event::HedgeSent(HedgeSent { name, number, after })
            });
        }
        number
    }

    /// The span of the attempt of this number, from 0, which is about to start.
    pub(crate) fn span(&self, number: u32) -> HedgeSpan {
        let delay = match self.why {
            _ if number == 0 => return HedgeSpan::NONE,
            HedgeReason::Slow => self.delay,
            HedgeReason::Failed => None,
        };
        HedgeSpan::begin(number + 1, delay.unwrap_or_default())
    }

    /// What an event says of an attempt.
    fn subject(&self, number: u32) -> (Name, u32, Duration) {
        (self.hedge.map_or(UNNAMED, Hedge::name), number + 1, self.clock.elapsed())
    }

    /// How many attempts have started.
    pub(crate) const fn launched(&self) -> u32 {
        self.machine.launched()
    }

    /// After how long from the start of the latest attempt another is due; `None` if none is.
    pub(crate) fn due(&self) -> Option<Duration> {
        self.delay.filter(|_| self.machine.may_launch())
    }

    /// The time of the next attempt has come: whether it is made. `is_first_running` says whether the first still runs.
    pub(crate) fn is_due(&mut self, is_first_running: bool) -> bool {
        if is_first_running && !self.is_outlasted {
            self.is_outlasted = true;
            if let Some(hedge) = self.hedge {
                hedge.outlasted();
            }
        }
        self.may_hedge(HedgeReason::Slow)
    }

    /// Whether the deadline and the budget allow another attempt, which takes its token.
    fn may_hedge(&mut self, why: HedgeReason) -> bool {
        self.why = why;
        if deadline::expired().is_some() {
            return false;
        }
        let has_token = self.budget.is_none_or(RetryBudget::try_take);
        if let Some(hedge) = self.hedge {
            hedge.was_due(has_token);
        }
        has_token
    }

    /// What follows if the next attempt is not made.
    pub(crate) fn without_another<T>(&mut self) -> Step<T, X> {
        match self.machine.without_another() {
            Then::FirstAnswers => self.first_answers(),
            _ => Step::Wait,
        }
    }

    /// All have failed, so what the first failed with is the answer.
    fn first_answers<T>(&mut self) -> Step<T, X> {
        debug_assert!(self.failed.is_some(), "the first attempt has ended");
        self.failed.take().map_or(Step::Wait, |failed| Step::Answer(Err(failed)))
    }
}

impl<E, R: Refusal> Course<'_, Failure<E, R>> {
    /// What follows when an attempt has ended. `is_worth_it` is which errors are worth another one.
    pub(crate) fn ended<T>(
        &mut self,
        attempt: u32,
        outcome: Result<T, Failure<E, R>>,
        is_worth_it: impl FnOnce(&E) -> bool,
    ) -> Step<T, Failure<E, R>> {
        self.ended_kept(attempt, outcome, is_worth_it, (identity, identity))
    }
}

impl<X> Course<'_, X> {
    /// The same where what the first attempt failed with is kept in another form: `keep` makes that, and `give` undoes it.
    pub(crate) fn ended_kept<T, E, R: Refusal>(
        &mut self,
        attempt: u32,
        outcome: Result<T, Failure<E, R>>,
        is_worth_it: impl FnOnce(&E) -> bool,
        (keep, give): (impl FnOnce(Failure<E, R>) -> X, impl FnOnce(X) -> Failure<E, R>),
    ) -> Step<T, Failure<E, R>> {
        let ending = Ending::of(&outcome, is_worth_it);
        if ending == Ending::Success {
            self.succeeded(attempt);
            return Step::Answer(outcome);
        }
        let then = self.machine.ended(attempt, ending);
        if then == Then::Answer {
            return Step::Answer(outcome);
        }
        if attempt == 0 {
            self.failed = outcome.err().map(keep);
        }
        let step = match then {
            Then::FirstAnswers => self.first_answers(),
            Then::Launch if self.may_hedge(HedgeReason::Failed) => Step::Launch,
            Then::Launch => self.without_another(),
            Then::Wait | Then::Answer => Step::Wait,
        };
        step.with_failure(give)
    }

    /// Counts the attempt that has answered.
    #[inline]
    pub(super) fn succeeded(&self, attempt: u32) {
        if attempt > 0 {
            report(Kinds::HEDGES, || {
                let (name, number, after) = self.subject(attempt);
                Event::HedgeWon(HedgeWon { name, number, after })
            });
        }
        let Some(hedge) = self.hedge else { return };
        hedge.succeeded(attempt, self.budget);
        match self.delay {
            _ if attempt > 0 || self.is_outlasted => {}
            None => hedge.ended_after(self.clock.elapsed()),
            // Of an attempt beside which none could start, it is not known whether it outlasted the delay.
            Some(_) if self.machine.most() > 1 => hedge.ended_sooner(),
            Some(_) => {}
        }
    }
}
