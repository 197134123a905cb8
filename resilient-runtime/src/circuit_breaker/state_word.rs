//! A breaker's generation and state in one word, and the word that an admitted call carries.
//!
//! ```text
//!  63                          3 2     0
//! +-----------------------------+-------+
//! | generation                  | state |
//! +-----------------------------+-------+
//! ```
//!
//! The generation counts the changes of state. With 61 bits it never wraps, so a call that ends after a change of
//! state, however late, is recognised.

use crate::core::circuit_state::CircuitState;

/// The generation and the state of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StateWord(u64);

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

impl StateWord {
    pub(crate) const fn new(generation: u64, state: CircuitState) -> Self {
        Self(generation << STATE_BITS | code(state))
    }

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

    /// Whether every call is admitted: closed or disabled.
    pub(crate) const fn passes(self) -> bool {
        self.0 & REFUSING == 0
    }
}

/// What an admitted call carries until it ends, in one word: a probe its number, any other call the [`StateWord`] that
/// admitted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark(u64);

/// How a call was admitted: a [`Mark`] decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admitted {
    /// By a closed breaker of this generation.
    Closed(u64),
    /// As the probe of this number.
    Probe(u64),
    /// By a disabled breaker: the outcome changes only the totals.
    Uncounted,
}

impl Mark {
    /// Of a call that a closed or a disabled breaker with this word admitted.
    pub(crate) const fn call(word: StateWord) -> Self {
        debug_assert!(word.passes());
        Self(word.0)
    }

    pub(crate) const fn probe(number: u64) -> Self {
        Self(number << STATE_BITS | code(CircuitState::HalfOpen))
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Whether a closed breaker admitted the call.
    pub(crate) const fn is_closed(self) -> bool {
        self.0 & STATE_MASK == 0
    }

    /// The generation of the closed breaker that admitted the call. Meaningless for other calls.
    pub(crate) const fn generation(self) -> u64 {
        self.0 >> STATE_BITS
    }

    pub(crate) const fn admitted(self) -> Admitted {
        let number = self.0 >> STATE_BITS;
        match StateWord(self.0).state() {
            CircuitState::Closed => Admitted::Closed(number),
            CircuitState::HalfOpen => Admitted::Probe(number),
            CircuitState::Open | CircuitState::ForcedOpen | CircuitState::Disabled => Admitted::Uncounted,
        }
    }
}
