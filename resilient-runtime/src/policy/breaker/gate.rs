//! The state of a breaker in one word, and every transition as a pure function from word to word.
//!
//! ```text
//!  63    61 60       54 53         40 39                                   0
//! +--------+-----------+-------------+--------------------------------------+
//! | state  | reopened  | generation  | payload                              |
//! +--------+-----------+-------------+--------------------------------------+
//!   Closed      how often  counts every  failures in a row
//!   Open        in a row   change of     the millisecond at which it admits probes
//!   HalfOpen               state         probes in flight (low 20 bits), successes (high 20)
//! ```
//!
//! A call is told the generation it was admitted in and hands it back with its outcome, so that one that comes back
//! late changes nothing. The generation wraps after 16,384 changes of state; since half of them wait out an open time,
//! no call is in flight for that long.

use std::time::Duration;

use super::BreakerPolicy;

const PAYLOAD_BITS: u32 = 40;
const GENERATION_BITS: u32 = 14;
const REOPENED_BITS: u32 = 7;
const HALF_BITS: u32 = PAYLOAD_BITS / 2;

const GENERATION_SHIFT: u32 = PAYLOAD_BITS;
const REOPENED_SHIFT: u32 = GENERATION_SHIFT + GENERATION_BITS;
const STATE_SHIFT: u32 = REOPENED_SHIFT + REOPENED_BITS;

const PAYLOAD_MAX: u64 = mask(PAYLOAD_BITS);
const REOPENED_MAX: u32 = (1 << REOPENED_BITS) - 1;
const HALF_MAX: u64 = mask(HALF_BITS);

const fn mask(bits: u32) -> u64 {
    (1 << bits) - 1
}

/// Which of its states a breaker is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CircuitState {
    /// Calls pass.
    Closed,
    /// Calls are refused until the open time is over. The change to `HalfOpen` comes with the first call after it.
    Open,
    /// A few probes pass, others are refused.
    HalfOpen,
    /// Calls are refused until [`reset`](crate::CircuitBreaker::reset).
    ForcedOpen,
    /// Calls pass whatever comes of them, until [`reset`](crate::CircuitBreaker::reset).
    Disabled,
}

/// Counts the changes of state. A whole word, because moving a part of one costs more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Generation(u64);

impl Generation {
    /// Whether it came later than `other`, the shorter way around.
    pub(crate) const fn is_after(self, other: Self) -> bool {
        let ahead = Self::from_bits(self.bits().wrapping_sub(other.bits())).0;
        ahead != 0 && ahead < 1 << (GENERATION_BITS - 1)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits & mask(GENERATION_BITS))
    }
}

/// Whether a call may pass, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Call,
    Probe,
    Refused { retry_after: Option<Duration> },
}

/// How an admitted call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    Failure,
    /// It says nothing about the callee: dropped, or an error that does not count.
    Ignored,
}

/// The word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gate(u64);

impl Gate {
    pub(crate) const NEW: Self = Self::of(CircuitState::Closed, 0, 0, 0);

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    const fn of(state: CircuitState, reopened: u32, generation: u64, payload: u64) -> Self {
        let state = match state {
            CircuitState::Closed => 0,
            CircuitState::Open => 1,
            CircuitState::HalfOpen => 2,
            CircuitState::ForcedOpen => 3,
            CircuitState::Disabled => 4,
        };
        let generation = generation & mask(GENERATION_BITS);
        Self(state << STATE_SHIFT | (reopened as u64) << REOPENED_SHIFT | generation << GENERATION_SHIFT | payload)
    }

    pub(crate) const fn state(self) -> CircuitState {
        match self.0 >> STATE_SHIFT {
            0 => CircuitState::Closed,
            1 => CircuitState::Open,
            2 => CircuitState::HalfOpen,
            3 => CircuitState::ForcedOpen,
            _ => CircuitState::Disabled,
        }
    }

    pub(crate) const fn generation(self) -> Generation {
        Generation::from_bits(self.0 >> GENERATION_SHIFT)
    }

    const fn reopened(self) -> u32 {
        (self.0 >> REOPENED_SHIFT) as u32 & REOPENED_MAX
    }

    const fn payload(self) -> u64 {
        self.0 & PAYLOAD_MAX
    }

    const fn with_payload(self, payload: u64) -> Self {
        Self(self.0 & !PAYLOAD_MAX | payload)
    }

    const fn probes(self) -> u64 {
        self.payload() & HALF_MAX
    }

    const fn successes(self) -> u64 {
        self.payload() >> HALF_BITS
    }

    const fn with_probes(self, probes: u64, successes: u64) -> Self {
        self.with_payload(successes << HALF_BITS | probes)
    }

    /// Another state in the next generation.
    const fn moved_to(self, state: CircuitState, reopened: u32, payload: u64) -> Self {
        Self::of(state, reopened, self.generation().bits() + 1, payload)
    }

    fn opened(self, policy: &BreakerPolicy, reopened: u32, now: u64) -> Self {
        let until = now.saturating_add(policy.open_millis(reopened)).min(PAYLOAD_MAX);
        self.moved_to(CircuitState::Open, reopened, until)
    }

    /// Whether every call passes.
    pub(crate) const fn passes(self) -> bool {
        matches!(self.state(), CircuitState::Closed | CircuitState::Disabled)
    }

    /// Whether it is closed, and no failure counted: a success then changes nothing.
    pub(crate) const fn is_unmarred(self) -> bool {
        self.0 & !(mask(GENERATION_BITS) << GENERATION_SHIFT) == 0
    }

    /// The word after a call asked for admission, and the answer. The clock is read only while open.
    pub(crate) fn admit(self, policy: &BreakerPolicy, now: impl FnOnce() -> u64) -> (Self, Admission) {
        match self.state() {
            CircuitState::Closed | CircuitState::Disabled => (self, Admission::Call),
            CircuitState::ForcedOpen => (self, Admission::Refused { retry_after: None }),
            CircuitState::Open => match self.payload().saturating_sub(now()) {
                0 => (self.moved_to(CircuitState::HalfOpen, self.reopened(), 1), Admission::Probe),
                left => (self, Admission::Refused { retry_after: Some(Duration::from_millis(left)) }),
            },
            CircuitState::HalfOpen => {
                let bound = u64::from(policy.half_open_max_calls.max(1)).min(HALF_MAX);
                if self.probes() < bound {
                    (self.with_probes(self.probes() + 1, self.successes()), Admission::Probe)
                } else {
                    (self, Admission::Refused { retry_after: None })
                }
            }
        }
    }

    /// The word after a call that was admitted in `generation` ended. The clock is read only to open.
    pub(crate) fn ended(
        self,
        policy: &BreakerPolicy,
        generation: Generation,
        outcome: Outcome,
        now: impl FnOnce() -> u64,
    ) -> Self {
        if self.generation() != generation {
            return self;
        }
        match self.state() {
            CircuitState::Closed => self.call_ended(policy, outcome, now),
            CircuitState::HalfOpen => self.probe_ended(policy, outcome, now),
            CircuitState::Open | CircuitState::ForcedOpen | CircuitState::Disabled => self,
        }
    }

    fn call_ended(self, policy: &BreakerPolicy, outcome: Outcome, now: impl FnOnce() -> u64) -> Self {
        let Some(threshold) = policy.streak() else { return self };
        match outcome {
            Outcome::Success => self.with_payload(0),
            Outcome::Failure if self.payload() + 1 >= threshold => self.opened(policy, 0, now()),
            Outcome::Failure => self.with_payload(self.payload() + 1),
            Outcome::Ignored => self,
        }
    }

    fn probe_ended(self, policy: &BreakerPolicy, outcome: Outcome, now: impl FnOnce() -> u64) -> Self {
        let probes = self.probes().saturating_sub(1);
        let threshold = u64::from(policy.success_threshold.max(1)).min(HALF_MAX);
        match outcome {
            Outcome::Success if self.successes() + 1 >= threshold => self.moved_to(CircuitState::Closed, 0, 0),
            Outcome::Success => self.with_probes(probes, self.successes() + 1),
            Outcome::Failure => self.opened(policy, (self.reopened() + 1).min(REOPENED_MAX), now()),
            Outcome::Ignored => self.with_probes(probes, self.successes()),
        }
    }

    /// The word after a window of `generation` was found to hold too many failures.
    pub(crate) fn tripped(self, policy: &BreakerPolicy, generation: Generation, now: impl FnOnce() -> u64) -> Self {
        if self.generation() == generation && self.state() == CircuitState::Closed {
            self.opened(policy, 0, now())
        } else {
            self
        }
    }

    /// An open breaker whose time is over.
    #[cfg(resilient_loom)]
    pub(crate) const fn lapsed(self) -> Self {
        self.with_payload(0)
    }

    /// The word after somebody put the breaker into a state by hand.
    pub(crate) const fn forced(self, state: CircuitState) -> Self {
        self.moved_to(state, 0, 0)
    }
}

#[cfg(all(test, not(resilient_loom)))]
#[path = "gate_tests.rs"]
mod tests;
