//! Admission of calls by a breaker, and the permit of each until its outcome is reported.

use crate::circuit_breaker::breaker::{CircuitBreaker, SUCCESSFUL};
use crate::circuit_breaker::machine::AdmitDecision;
use crate::circuit_breaker::state_word::Mark;
use crate::core::clock::Stopwatch;
use crate::core::error::Error;
use crate::deadline::open_calls::Admits;
use crate::outcomes::gate::{Gate, Ticket};
use crate::outcomes::outcome::Outcome;

impl CircuitBreaker {
    /// Asks for permission for one call. It never waits. Report the outcome to the permit.
    ///
    /// A permit that is dropped without a report counts neither way and gives a probe's place back. If the call was
    /// longer than [`slow_call`](crate::BreakerPolicy::slow_call) by then, it enters the window as slow.
    ///
    /// # Errors
    ///
    /// [`Error::CircuitOpen`] if the breaker is open, forced open, or half-open with every probe's place taken.
    #[inline]
    pub fn try_acquire(&self) -> Result<Permit<'_>, Error> {
        Ticket::request(self).map(Permit)
    }

    /// Decides under the lock. Not inlined, because a refusal would otherwise set up the stack frame of this as well.
    #[inline(never)]
    fn admit_locked(&self) -> Result<Admission, Error> {
        let (admission, word) =
            self.change(|machine| (machine.admit(&self.in_force().policy, self.millis()), machine.word()));
        match admission {
            AdmitDecision::Call => Ok(self.admission(Mark::call(word))),
            AdmitDecision::Probe(number) => Ok(self.admission(Mark::probe(number))),
            AdmitDecision::Refused(refused) => Err(self.refuse(refused)),
        }
    }

    /// Counts the success of a call that was made elsewhere, as if it had been admitted and had ended now. While
    /// half-open it counts as a successful probe without taking a place; while open it changes only the totals.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState};
    ///
    /// let breaker = CircuitBreaker::new("queue", BreakerPolicy::new().failure_threshold(2));
    /// breaker.record_failure();
    /// breaker.record_success();
    /// breaker.record_failure();
    /// assert_eq!(breaker.state(), CircuitState::Closed);
    /// breaker.record_failure();
    /// assert_eq!(breaker.state(), CircuitState::Open);
    /// ```
    pub fn record_success(&self) {
        self.record(Outcome::Success);
    }

    /// Counts the failure of a call that was made elsewhere, as if it had been admitted and had ended now. While
    /// half-open it opens the breaker again, without taking a place; while open it changes only the totals.
    pub fn record_failure(&self) {
        self.record(Outcome::Failure);
    }

    fn record(&self, outcome: Outcome) {
        let word = self.state.word();
        if word.passes() {
            return self.end(self.admission(Mark::call(word)), outcome);
        }
        self.count(outcome, false);
        self.change(|machine| machine.lapse(&self.in_force().policy, self.millis()));
        self.change(|machine| machine.count_probe(&self.in_force().policy, outcome, || self.millis()));
    }

    #[inline]
    fn admission(&self, mark: Mark) -> Admission {
        let clock = if self.measures_calls.get() { Stopwatch::start() } else { Stopwatch::default() };
        Admission { mark, clock }
    }
}

/// What a breaker has to know of an admitted call when that ends.
#[derive(Clone, Copy, Debug)]
pub struct Admission {
    mark: Mark,
    /// Runs only if the policy has a `slow_call`.
    clock: Stopwatch,
}

impl Gate for CircuitBreaker {
    type Mark = Admission;

    const CALL: &'static str = "CircuitBreaker::call";
    const RUN: &'static str = "CircuitBreaker::run";

    /// While it is closed or disabled, by one load of an atomic.
    #[inline]
    fn admit_at_once(&self) -> Option<Admission> {
        let word = self.state.word();
        word.passes().then(|| self.admission(Mark::call(word)))
    }

    /// Takes the lock only if the state does not refuse for certain.
    #[cold]
    fn decide(&self) -> Result<Admission, Error> {
        match self.state.refused(|| self.millis()) {
            Some(refused) => Err(self.refuse(refused)),
            None => self.admit_locked(),
        }
    }

    #[inline]
    fn end(&self, Admission { mark, clock }: Admission, outcome: Outcome) {
        // If the streak that is read here is already that of a later generation, the success is too late and changes
        // nothing either. The window compares the generation itself.
        let changes_nothing =
            outcome == Outcome::Success && !clock.is_running() && mark.is_closed() && self.state.has_no_failures();
        if !changes_nothing {
            return self.record_end(mark, outcome, clock);
        }
        match self.window() {
            None => self.totals.in_local(|words| words.add_one(SUCCESSFUL)),
            Some(window) => self.count_good(window, mark.generation()),
        }
    }

    fn end_late(&self, _: Admission, outcome: Outcome) {
        self.count(outcome, false);
    }

    #[inline]
    fn words(Admission { mark, clock }: Admission) -> [u64; 2] {
        [mark.bits(), clock.word()]
    }

    #[inline]
    fn of_words([mark, clock]: [u64; 2]) -> Admission {
        Admission { mark: Mark::of_bits(mark), clock: Stopwatch::of_word(clock) }
    }
}

impl Admits for CircuitBreaker {
    fn fail(&self, words: [u64; 2]) {
        self.end(Self::of_words(words), Outcome::Failure);
    }
}

/// Permission for one call. Report the call's outcome to it.
///
/// Dropped without a report, it counts neither way and gives a probe's place back. If the call was longer than
/// [`slow_call`](crate::BreakerPolicy::slow_call) by then, it enters the window as slow.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once guards nothing"]
pub struct Permit<'a>(Ticket<'a, CircuitBreaker>);

impl<'a> Permit<'a> {
    /// Reports that the call succeeded.
    pub fn success(self) {
        self.report(Outcome::Success);
    }

    /// Reports that the call failed.
    pub fn failure(self) {
        self.report(Outcome::Failure);
    }

    /// Reports that the call says nothing about the callee: it counts neither way.
    pub fn ignore(self) {
        self.report(Outcome::Ignored);
    }

    #[inline]
    pub(crate) fn report(self, outcome: Outcome) {
        self.into_ticket().end(outcome);
    }

    /// Turns off the report on drop: the caller has to call [`Ticket::end`].
    #[inline]
    pub(crate) fn into_ticket(self) -> Ticket<'a, CircuitBreaker> {
        let ticket = self.0;
        std::mem::forget(self);
        ticket
    }
}

// Not inlined: a body that unwinds is no reason for more code in each function.
impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.end(Outcome::Dropped);
    }
}
