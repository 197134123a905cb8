//! What follows when an attempt of a hedged call ends. A pure state machine, without time and futures.

use crate::core::error::{Failure, Refusal};

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Success,
    /// An error, or a timeout, after which another attempt is worth making.
    Failed,
    /// An error that another attempt would give as well.
    Final,
    /// A policy further in did not let the attempt begin.
    Refused,
}

impl Ending {
    /// How an attempt with this outcome ended. `is_worth_it` is which errors are worth another attempt.
    pub(super) fn of<T, E, R: Refusal>(
        outcome: &Result<T, Failure<E, R>>,
        is_worth_it: impl FnOnce(&E) -> bool,
    ) -> Self {
        match outcome {
            Ok(_) => Self::Success,
            Err(Failure::Inner(error)) if is_worth_it(error) => Self::Failed,
            Err(Failure::Inner(_)) => Self::Final,
            Err(Failure::Refused(refusal)) if refusal.as_error().decisive().has_asked() => Self::Failed,
            Err(Failure::Refused(_)) => Self::Refused,
        }
    }
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The outcome is the answer.
    Answer,
    /// The outcome of the first attempt is the answer: all have failed.
    FirstAnswers,
    /// Another attempt starts at once.
    Launch,
    /// Others are still running.
    Wait,
}

/// The attempts of one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Machine {
    most: u32,
    launched: u32,
    running: u32,
}

impl Machine {
    /// At most so many attempts.
    pub(super) const fn new(most: u32) -> Self {
        Self { most, launched: 0, running: 0 }
    }

    /// Counts an attempt that starts, and returns its number, from 0.
    pub(super) const fn launch(&mut self) -> u32 {
        self.launched += 1;
        self.running += 1;
        self.launched - 1
    }

    /// How many attempts have started.
    pub(super) const fn launched(&self) -> u32 {
        self.launched
    }

    /// How many attempts there are at most.
    pub(super) const fn most(&self) -> u32 {
        self.most
    }

    /// Whether another attempt may start.
    pub(super) const fn may_launch(&self) -> bool {
        self.launched < self.most
    }

    /// The attempt that starts next is the last.
    pub(super) const fn ends_after_next(&mut self) {
        if self.most > self.launched + 1 {
            self.most = self.launched + 1;
        }
    }

    /// An attempt ended.
    pub(super) fn ended(&mut self, attempt: u32, ending: Ending) -> Then {
        self.running -= 1;
        match ending {
            Ending::Success | Ending::Final => Then::Answer,
            Ending::Refused if attempt == 0 => Then::Answer,
            Ending::Failed if self.may_launch() => Then::Launch,
            Ending::Refused | Ending::Failed => self.without_another(),
        }
    }

    /// An attempt that would start is not made.
    pub(super) const fn without_another(&self) -> Then {
        if self.running == 0 { Then::FirstAnswers } else { Then::Wait }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A call with so many attempts, of which so many have started.
    fn call(most: u32, launched: u32) -> Machine {
        let mut machine = Machine::new(most);
        (0..launched).for_each(|number| assert_eq!(machine.launch(), number));
        machine
    }

    #[test]
    fn the_first_success_wins_whichever_it_is() {
        assert_eq!(call(3, 1).ended(0, Ending::Success), Then::Answer);
        assert_eq!(call(3, 3).ended(2, Ending::Success), Then::Answer);
    }

    #[test]
    fn an_error_starts_the_next_attempt_and_the_others_go_on() {
        let mut machine = call(3, 2);
        assert_eq!(machine.ended(0, Ending::Failed), Then::Launch);
        machine.launch();
        assert_eq!(machine.ended(1, Ending::Failed), Then::Wait);
        assert_eq!(machine.ended(2, Ending::Failed), Then::FirstAnswers);
    }

    #[test]
    fn an_error_that_another_attempt_would_give_as_well_ends_the_call() {
        assert_eq!(call(3, 2).ended(1, Ending::Final), Then::Answer);
    }

    #[test]
    fn a_first_attempt_that_is_refused_ends_the_call_and_a_hedge_does_not() {
        assert_eq!(call(3, 2).ended(0, Ending::Refused), Then::Answer);
        let mut machine = call(3, 2);
        assert_eq!(machine.ended(1, Ending::Refused), Then::Wait);
        assert_eq!(machine.ended(0, Ending::Failed), Then::Launch);
        assert_eq!(machine.without_another(), Then::FirstAnswers, "there was no budget for it");
    }

    #[test]
    fn a_refused_hedge_after_the_first_attempt_failed_is_not_repeated() {
        let mut machine = call(3, 2);
        assert_eq!(machine.ended(0, Ending::Failed), Then::Launch);
        machine.launch();
        assert_eq!(machine.ended(1, Ending::Refused), Then::Wait);
        assert_eq!(machine.ended(2, Ending::Refused), Then::FirstAnswers);
    }

    #[test]
    fn no_attempt_starts_after_the_last() {
        let mut machine = call(3, 0);
        machine.ends_after_next();
        machine.launch();
        assert!(!machine.may_launch());
        assert_eq!(machine.ended(0, Ending::Failed), Then::FirstAnswers);
        let mut machine = call(2, 1);
        machine.ends_after_next();
        machine.launch();
        assert!(!machine.may_launch());
    }
}
