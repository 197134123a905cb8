//! The states of a breaker and every change between them. It takes the time in milliseconds and the outcomes of calls.
//!
//! The generation counts the changes of state. It has 61 bits, so it never comes round: a call carries the generation it
//! was admitted in until it ends, and one that ends after a change of state, however late, changes nothing.

use std::time::Duration;

use crate::circuit_breaker::policy::BreakerPolicy;
use crate::circuit_breaker::probes::Probes;
use crate::core::circuit_state::CircuitState;

/// The generation and the state in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Epoch(u64);

const STATE_BITS: u32 = 3;
const STATE_MASK: u64 = (1 << STATE_BITS) - 1;
/// The states that admit every call have these bits clear.
const REFUSING: u64 = 0b011;

const fn code(state: CircuitState) -> u64 {
    match state {
        CircuitState::Closed => 0b000,
        CircuitState::Open => 0b001,
        CircuitState::HalfOpen => 0b010,
        CircuitState::ForcedOpen => 0b011,
        CircuitState::Disabled => 0b100,
    }
}

impl Epoch {
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn closed(generation: u64) -> Self {
        Self(generation << STATE_BITS)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn generation(self) -> u64 {
        self.0 >> STATE_BITS
    }

    pub(crate) const fn state(self) -> CircuitState {
        match self.0 & STATE_MASK {
            0b000 => CircuitState::Closed,
            0b001 => CircuitState::Open,
            0b010 => CircuitState::HalfOpen,
            0b011 => CircuitState::ForcedOpen,
            _ => CircuitState::Disabled,
        }
    }

    /// Whether every call passes.
    pub(crate) const fn passes(self) -> bool {
        self.0 & REFUSING == 0
    }
}

/// What an admitted call carries until it ends, in one word: as a probe its number, else the epoch it was admitted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark(u64);

/// A [`Mark`] taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admitted {
    /// By a closed breaker of this generation.
    Closed(u64),
    /// As the probe of this number.
    Probe(u64),
    /// By a breaker whose state its end does not change.
    Uncounted,
}

impl Mark {
    /// A call that a breaker in this epoch let pass, as it does with every call.
    pub(crate) const fn call(epoch: Epoch) -> Self {
        debug_assert!(epoch.passes());
        Self(epoch.0)
    }

    pub(crate) const fn probe(number: u64) -> Self {
        Self(number << STATE_BITS | code(CircuitState::HalfOpen))
    }

    pub(super) const fn bits(self) -> u64 {
        self.0
    }

    pub(super) const fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Whether a closed breaker admitted the call.
    pub(crate) const fn is_closed(self) -> bool {
        self.0 & STATE_MASK == 0
    }

    /// If a closed breaker admitted the call.
    pub(crate) const fn generation(self) -> u64 {
        self.0 >> STATE_BITS
    }

    pub(crate) const fn admitted(self) -> Admitted {
        let number = self.0 >> STATE_BITS;
        match Epoch(self.0).state() {
            CircuitState::Closed => Admitted::Closed(number),
            CircuitState::HalfOpen => Admitted::Probe(number),
            CircuitState::Open | CircuitState::ForcedOpen | CircuitState::Disabled => Admitted::Uncounted,
        }
    }
}

/// Whether a call may pass, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Call,
    Probe(u64),
    Refused(Refused),
}

/// Why a call may not pass, and how long that goes on, if anybody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) state: CircuitState,
    pub(crate) retry_after: Option<Duration>,
}

/// How an admitted call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    Failure,
    /// It counts neither way: an error that is no failure, or a call that the caller ignores.
    Ignored,
    /// It was dropped before its end: neither way, but if it was slow by then it is known to be slow.
    Dropped,
}

/// A breaker's state and all that a change of it depends on, but for the failures in a row and the window while closed.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    generation: u64,
    state: CircuitState,
    /// Failed recoveries in a row.
    reopened: u32,
    /// The millisecond at which the last opening admits probes.
    open_until: u64,
    probes: Probes,
}

impl Machine {
    pub(crate) fn new(policy: &BreakerPolicy) -> Self {
        Self { generation: 0, state: CircuitState::Closed, reopened: 0, open_until: 0, probes: Probes::new(policy) }
    }

    pub(crate) const fn epoch(&self) -> Epoch {
        Epoch(self.generation << STATE_BITS | code(self.state))
    }

    /// When the open time is over. Keeps its value until the next opening.
    pub(crate) const fn open_until(&self) -> u64 {
        self.open_until
    }

    /// Until when a half-open breaker has no place for a probe, unless one ends before; zero if there is a place.
    pub(crate) fn full_until(&self) -> u64 {
        if self.state == CircuitState::HalfOpen { self.probes.full_until() } else { 0 }
    }

    fn go(&mut self, state: CircuitState) {
        self.state = state;
        self.generation += 1;
    }

    fn open(&mut self, policy: &BreakerPolicy, now: u64) {
        self.open_until = now.saturating_add(policy.open_millis(self.reopened));
        self.go(CircuitState::Open);
    }

    /// Changes from open to half-open if the open time is over.
    pub(crate) fn lapse(&mut self, now: u64) {
        if self.state == CircuitState::Open && now >= self.open_until {
            self.probes.begin();
            self.go(CircuitState::HalfOpen);
        }
    }

    /// Decides whether a call may pass.
    pub(crate) fn admit(&mut self, now: u64) -> Admission {
        self.lapse(now);
        let state = self.state;
        match state {
            CircuitState::Closed | CircuitState::Disabled => Admission::Call,
            CircuitState::ForcedOpen => Admission::Refused(Refused { state, retry_after: None }),
            CircuitState::Open => {
                let left = Duration::from_millis(self.open_until.saturating_sub(now));
                Admission::Refused(Refused { state, retry_after: Some(left) })
            }
            CircuitState::HalfOpen => match self.probes.take_place(now) {
                Some(number) => Admission::Probe(number),
                None => Admission::Refused(Refused { state, retry_after: None }),
            },
        }
    }

    /// A probe ended. It counts if it belongs to the current half-open period, also if its place has gone to another.
    pub(crate) fn probe_ended(
        &mut self,
        policy: &BreakerPolicy,
        number: u64,
        outcome: Outcome,
        now: impl FnOnce() -> u64,
    ) {
        if self.state == CircuitState::HalfOpen && self.probes.are_of_this_period(number) {
            self.probes.give_back(number);
            self.count_probe(policy, outcome, now);
        }
    }

    /// An outcome that takes no place counts in a half-open breaker.
    pub(crate) fn count_probe(&mut self, policy: &BreakerPolicy, outcome: Outcome, now: impl FnOnce() -> u64) {
        if self.state != CircuitState::HalfOpen {
            return;
        }
        match outcome {
            Outcome::Success if self.probes.succeeded() >= policy.success_threshold.max(1) => {
                self.reopened = 0;
                self.go(CircuitState::Closed);
            }
            Outcome::Failure => {
                self.reopened = self.reopened.saturating_add(1);
                self.open(policy, now());
            }
            Outcome::Success | Outcome::Ignored | Outcome::Dropped => {}
        }
    }

    /// The failures of this generation were found to be too many.
    pub(crate) fn tripped(&mut self, policy: &BreakerPolicy, generation: u64, now: impl FnOnce() -> u64) {
        if self.generation == generation && self.state == CircuitState::Closed {
            self.open(policy, now());
        }
    }

    /// Somebody put the breaker into a state by hand.
    pub(crate) fn forced(&mut self, state: CircuitState) {
        self.reopened = 0;
        self.go(state);
    }

    /// Lets the open time be over and every probe lose its place, for models that have no clock.
    #[cfg(resilient_loom)]
    pub(crate) fn let_time_be_over(&mut self) {
        self.open_until = 0;
        self.probes.expire();
    }

    /// As if so many changes of state had been made and undone.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn skip(&mut self, changes: u64) {
        self.generation += changes;
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
