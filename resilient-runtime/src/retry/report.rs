//! What listeners are notified of between the attempts of a call.

use std::time::Duration;

use crate::core::error::{Failure, Refusal};
use crate::core::function_counts::{Count, count};
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
    /// Notifies listeners of what follows an attempt: of a delay, or that attempts, time or tokens have run out. Not once
    /// the deadline above is over, of which its timeout notifies them.
    #[inline]
    pub fn report<T, E, R: Refusal>(
        &self,
        function: Name,
        outcome: &Result<T, Failure<E, R>>,
        next: &Next,
        (rules, shows): (Option<&Rules<E>>, impl Shows<E>),
    ) {
        self.count(function, outcome, next);
        if !matches!(next, Next::Done) && is_wanted(Kinds::RETRIES) {
            self.report_wanted(function, outcome, next, rules, &shows);
        }
    }

    /// Counts the attempt, and the call if this is its last.
    #[inline]
    fn count<T, E, R: Refusal>(&self, function: Name, outcome: &Result<T, Failure<E, R>>, next: &Next) {
        count(
            function,
            match (next, outcome) {
                (Next::Delay(_), Ok(_)) => Count::AfterValue,
                (Next::Delay(_), Err(Failure::Inner(_))) => Count::AfterError,
                (Next::Delay(_), Err(Failure::Refused(refusal))) => Count::after(refusal.as_error().kind()),
                (Next::Exhausted | Next::TooLate(_), _) => Count::GivenUp,
                (Next::Done, Err(_)) => Count::NotRetried,
                (Next::Done, Ok(_)) if self.made() == 1 => Count::FirstAttemptGood,
                (Next::Done, Ok(_)) => Count::LaterAttemptGood,
            },
        );
    }

    #[cold]
    #[inline(never)]
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
