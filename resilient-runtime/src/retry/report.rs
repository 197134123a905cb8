//! What is counted between the attempts of a call, and what listeners are notified of.

use std::time::Duration;

use crate::core::error::{Failure, Refusal};
use crate::core::function_counts::{Count, count, count_rare};
use crate::core::name::Name;
use crate::core::retries_exhausted::GiveUpReason;
use crate::deadline::current as deadline;
use crate::event::call_events::{Cause, RetriesExhausted, RetryScheduled};
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::{deliver, is_wanted};
use crate::retry::driver::{Next, Retrying};
use crate::retry::rules::Rules;
use crate::retry::shows::{Shown, Shows};

/// What an event says of a call whose attempt has failed.
#[derive(Clone, Copy)]
struct Known {
    function: Name,
    attempts: u32,
    elapsed: Duration,
    cause: Cause,
}

/// What follows the attempt.
#[derive(Clone, Copy)]
enum Follows {
    Delay(Duration),
    Nothing(GiveUpReason),
}

impl Retrying<'_> {
    /// The delay before another attempt; `None` if the outcome is the answer. For a retry without other settings that
    /// look at the outcome; `is_worth_it` is which errors are worth another attempt. Notifies listeners.
    #[inline]
    pub(crate) fn delay_after<T, E, R: Refusal>(
        &mut self,
        function: Name,
        outcome: &Result<T, Failure<E, R>>,
        shows: impl Shows<E>,
        is_worth_it: impl FnOnce(&E) -> bool,
    ) -> Option<Duration> {
        if outcome.is_ok() {
            self.count_good(function);
            return None;
        }
        self.delay_after_failure(function, outcome, shows, is_worth_it)
    }

    /// Out of line, so that a call that succeeds does not call a function here.
    #[cold]
    #[inline(never)]
    fn delay_after_failure<T, E, R: Refusal>(
        &mut self,
        function: Name,
        outcome: &Result<T, Failure<E, R>>,
        shows: impl Shows<E>,
        is_worth_it: impl FnOnce(&E) -> bool,
    ) -> Option<Duration> {
        let verdict = self.look(outcome).retry_if(is_worth_it);
        let next = self.next(&verdict);
        self.report(function, outcome, &next, (None, shows));
        match next {
            Next::Done | Next::Exhausted => None,
            Next::Delay(delay) | Next::TooLate(delay) => Some(delay),
        }
    }

    /// Ends the span of an attempt, and notifies listeners of what follows: of a delay, or that attempts, time or tokens
    /// have run out. Not once the deadline above is over, of which its timeout notifies them.
    #[inline]
    pub fn report<T, E, R: Refusal>(
        &mut self,
        function: Name,
        outcome: &Result<T, Failure<E, R>>,
        next: &Next,
        (rules, shows): (Option<&Rules<E>>, impl Shows<E>),
    ) {
        match next {
            Next::Done if outcome.is_ok() => self.count_good(function),
            Next::Done => self.end_counted(function, Count::NotRetried),
            Next::Delay(_) | Next::Exhausted | Next::TooLate(_) => {
                self.report_failure(function, outcome, next, rules, &shows);
            }
        }
    }

    /// Out of line, so that a call that succeeds does not call a function here.
    #[cold]
    #[inline(never)]
    fn report_failure<T, E, R: Refusal>(
        &mut self,
        function: Name,
        outcome: &Result<T, Failure<E, R>>,
        next: &Next,
        rules: Option<&Rules<E>>,
        shows: &impl Shows<E>,
    ) {
        let what = if let Next::Delay(_) = next { Self::cause(outcome) } else { Count::GivenUp };
        self.end_counted(function, what);
        if is_wanted(Kinds::RETRIES) {
            self.report_wanted(function, outcome, next, rules, shows);
        }
    }

    /// Why another attempt follows.
    fn cause<T, E, R: Refusal>(outcome: &Result<T, Failure<E, R>>) -> Count {
        match outcome {
            Ok(_) => Count::AfterValue,
            Err(Failure::Inner(_)) => Count::AfterError,
            Err(Failure::Refused(refusal)) => Count::after(refusal.as_error().kind()),
        }
    }

    /// Counts a call whose last attempt was good.
    #[inline]
    pub(super) fn count_good(&mut self, function: Name) {
        if self.made() == 1 {
            // It has no span.
            count(function, Count::FirstAttemptGood);
        } else {
            self.end_counted(function, Count::LaterAttemptGood);
        }
    }

    /// Ends the span of an attempt, and counts what follows it.
    #[inline]
    fn end_counted(&mut self, function: Name, what: Count) {
        self.span_mut().end();
        count_rare(function, what);
    }

    fn report_wanted<T, E, R: Refusal>(
        &self,
        function: Name,
        outcome: &Result<T, Failure<E, R>>,
        next: &Next,
        rules: Option<&Rules<E>>,
        shows: &impl Shows<E>,
    ) {
        let Some(follows) = self.follows(next) else { return };
        let known = |cause| Known { function, attempts: self.made(), elapsed: self.elapsed(), cause };
        match outcome {
            Ok(_) => known(Cause::Value).report(follows, None),
            Err(Failure::Refused(refusal)) => {
                let refusal = refusal.as_error();
                known(Cause::Refused(refusal.kind())).report(follows, Some(refusal));
            }
            Err(Failure::Inner(error)) => match rules.and_then(|rules| rules.describe) {
                Some(describe) => known(Cause::Error).report(follows, Some(describe(error))),
                None => shows.show(error, |shown| known(Cause::Error).report(follows, shown)),
            },
        }
    }

    fn follows(&self, next: &Next) -> Option<Follows> {
        match next {
            Next::Delay(delay) => Some(Follows::Delay(*delay)),
            Next::Exhausted if deadline::expired().is_none() => self.gave_up().map(Follows::Nothing),
            Next::Done | Next::Exhausted | Next::TooLate(_) => None,
        }
    }
}

impl Known {
    fn report(self, follows: Follows, error: Option<Shown<'_>>) {
        let Self { function, attempts, elapsed, cause } = self;
        deliver(&match follows {
            Follows::Delay(delay) => {
                Event::RetryScheduled(RetryScheduled { function, attempt: attempts, delay, cause, error })
            }
            Follows::Nothing(why) => {
                Event::RetriesExhausted(RetriesExhausted { function, attempts, elapsed, why, cause, error })
            }
        });
    }
}
