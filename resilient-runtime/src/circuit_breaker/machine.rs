//! The states of a breaker and every change between them: pure, it takes the time in milliseconds and the outcomes.
//!
//! A call carries the generation that admitted it, or its number as a probe. One that ends after a change of state
//! changes nothing.

use std::time::Duration;

use crate::circuit_breaker::policy::BreakerPolicy;
use crate::circuit_breaker::probes::Probes;
use crate::circuit_breaker::state_word::StateWord;
use crate::core::circuit_state::CircuitState;
use crate::event::breaker_changed::ChangeReason;
use crate::outcomes::outcome::Outcome;

/// Whether a call is admitted, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AdmitDecision {
    Call,
    Probe(u64),
    Refused(Rejection),
}

/// The state that refused a call, and how long it will refuse; `None` if that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) state: CircuitState,
    pub(crate) retry_after: Option<Duration>,
}

/// A moment in milliseconds, in the five bytes that are left, so that a breaker stays as small as it is. They last for
/// more than thirty years of a process; a later moment is the last.
#[derive(Clone, Copy, Debug)]
struct Moment([u8; 5]);

impl Moment {
    const ZERO: Self = Self([0; 5]);
    const LAST: u64 = (1 << 40) - 1;

    const fn of(millis: u64) -> Self {
        let [first, second, third, fourth, fifth, ..] =
            if millis > Self::LAST { Self::LAST } else { millis }.to_le_bytes();
        Self([first, second, third, fourth, fifth])
    }

    const fn millis(self) -> u64 {
        let Self([first, second, third, fourth, fifth]) = self;
        u64::from_le_bytes([first, second, third, fourth, fifth, 0, 0, 0])
    }
}

/// A breaker's state and what its changes depend on. The failures in a row and the window of a closed breaker are kept
/// elsewhere, because calls count in them without this machine's lock.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    word: StateWord,
    /// How often in a row it has opened again from half-open.
    reopened: u16,
    /// What caused the last change of state.
    reason: ChangeReason,
    /// When that was.
    changed_at: Moment,
    /// The millisecond at which the open time of the last opening is over.
    open_until: u64,
    /// Made when it is half-open for the first time: most breakers never are, and some are many.
    probes: Option<Box<Probes>>,
}

impl Machine {
    pub(crate) const fn new() -> Self {
        Self {
            word: StateWord::closed(0),
            reopened: 0,
            reason: ChangeReason::ByHand,
            changed_at: Moment::ZERO,
            open_until: 0,
            probes: None,
        }
    }

    pub(crate) const fn word(&self) -> StateWord {
        self.word
    }

    const fn state(&self) -> CircuitState {
        self.word.state()
    }

    /// When the open time is over. Keeps its value until the next opening.
    pub(crate) const fn open_until(&self) -> u64 {
        self.open_until
    }

    /// Until when a half-open breaker has no place for a probe, unless a probe ends before; zero if there is a place.
    pub(crate) fn full_until(&self) -> u64 {
        match &self.probes {
            Some(probes) if self.state() == CircuitState::HalfOpen => probes.full_until(),
            _ => 0,
        }
    }

    /// What caused the last change of state.
    pub(crate) const fn reason(&self) -> ChangeReason {
        self.reason
    }

    /// The millisecond of the last change of state. An open time is over when it is, not at the next call.
    pub(crate) const fn changed_at(&self) -> u64 {
        match self.reason {
            ChangeReason::OpenTimeOver => self.open_until,
            _ => self.changed_at.millis(),
        }
    }

    /// The last change of state was at this millisecond.
    pub(crate) const fn set_changed_at(&mut self, now: u64) {
        self.changed_at = Moment::of(now);
    }

    fn go(&mut self, state: CircuitState, reason: ChangeReason) {
        self.reason = reason;
        self.word = StateWord::new(self.word.generation() + 1, state);
    }

    fn open(&mut self, policy: &BreakerPolicy, reason: ChangeReason, now: u64) {
        self.open_until = now.saturating_add(policy.open_millis(self.reopened.into()));
        self.go(CircuitState::Open, reason);
    }

    /// Changes from open to half-open if the open time is over.
    pub(crate) fn lapse(&mut self, policy: &BreakerPolicy, now: u64) {
        if self.state() == CircuitState::Open && now >= self.open_until {
            self.probes.get_or_insert_with(|| Box::new(Probes::new(policy))).begin();
            self.go(CircuitState::HalfOpen, ChangeReason::OpenTimeOver);
        }
    }

    /// Decides whether a call is admitted.
    pub(crate) fn admit(&mut self, policy: &BreakerPolicy, now: u64) -> AdmitDecision {
        self.lapse(policy, now);
        let state = self.state();
        match state {
            CircuitState::Closed | CircuitState::Disabled => AdmitDecision::Call,
            CircuitState::ForcedOpen => AdmitDecision::Refused(Rejection { state, retry_after: None }),
            CircuitState::Open => {
                let left = Duration::from_millis(self.open_until.saturating_sub(now));
                AdmitDecision::Refused(Rejection { state, retry_after: Some(left) })
            }
            CircuitState::HalfOpen => match self.half_open().and_then(|probes| probes.take_place(now)) {
                Some(number) => AdmitDecision::Probe(number),
                None => AdmitDecision::Refused(Rejection { state, retry_after: None }),
            },
        }
    }

    /// The probes, while it is half-open.
    fn half_open(&mut self) -> Option<&mut Probes> {
        if self.state() == CircuitState::HalfOpen { self.probes.as_deref_mut() } else { None }
    }

    /// Counts the outcome of a probe of the current half-open period, even if its place has gone to another; a probe of
    /// an earlier period changes nothing.
    pub(crate) fn probe_ended(
        &mut self,
        policy: &BreakerPolicy,
        number: u64,
        outcome: Outcome,
        now: impl FnOnce() -> u64,
    ) {
        if let Some(probes) = self.half_open().filter(|probes| probes.are_of_this_period(number)) {
            probes.give_back(number);
            self.count_probe(policy, outcome, now);
        }
    }

    /// Counts an outcome while half-open: enough successes close the breaker, one failure opens it again.
    pub(crate) fn count_probe(&mut self, policy: &BreakerPolicy, outcome: Outcome, now: impl FnOnce() -> u64) {
        let Some(probes) = self.half_open() else { return };
        match outcome {
            Outcome::Success if probes.succeeded() >= policy.success_threshold.max(1) => {
                self.reopened = 0;
                self.go(CircuitState::Closed, ChangeReason::Probe);
            }
            Outcome::Failure => {
                self.reopened = self.reopened.saturating_add(1);
                self.open(policy, ChangeReason::Probe, now());
            }
            Outcome::Success | Outcome::Ignored | Outcome::Dropped => {}
        }
    }

    /// Opens a breaker that is closed in this generation, because its failures or slow calls are too many.
    pub(crate) fn tripped(
        &mut self,
        policy: &BreakerPolicy,
        generation: u64,
        reason: ChangeReason,
        now: impl FnOnce() -> u64,
    ) {
        if self.word == StateWord::closed(generation) {
            self.open(policy, reason, now());
        }
    }

    /// The settings have changed: probes have other places. The end of an open time that has begun stays.
    #[cfg(feature = "config")]
    pub(crate) fn changed(&mut self, policy: &BreakerPolicy) {
        if let Some(probes) = &mut self.probes {
            probes.change(policy);
        }
    }

    /// Puts the breaker into a state by hand.
    pub(crate) fn forced(&mut self, state: CircuitState) {
        self.reopened = 0;
        self.go(state, ChangeReason::ByHand);
    }

    /// Brings back a state that was replaced by hand. One that was open is open until its open time would have been over,
    /// and one that was half-open tries its callee again.
    pub(crate) fn brought_back(&mut self, state: CircuitState) {
        match state {
            CircuitState::Open | CircuitState::HalfOpen => self.go(CircuitState::Open, ChangeReason::ByHand),
            CircuitState::Closed | CircuitState::ForcedOpen | CircuitState::Disabled => self.forced(state),
        }
    }

    /// Lets the open time be over and every probe lose its place, for models that have no clock.
    #[cfg(resilient_loom)]
    pub(crate) fn let_time_be_over(&mut self) {
        self.open_until = 0;
        self.probes.iter_mut().for_each(|probes| probes.expire());
    }

    /// As if so many changes of state had been made and undone.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn skip(&mut self, changes: u64) {
        self.word = StateWord::new(self.word.generation() + changes, self.state());
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
