//! The public states of a circuit breaker.

use std::fmt;

/// The state of a circuit breaker. From [`CircuitBreaker::state`](crate::CircuitBreaker::state).
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::CircuitState;
///
/// assert!(CircuitState::Open.is_open() && CircuitState::ForcedOpen.is_open());
/// assert_eq!(CircuitState::HalfOpen.to_string(), "half_open");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
// A whole word, because a single byte inside of an error is moved separately from the rest wherever a result is
// returned.
#[repr(u64)]
pub enum CircuitState {
    /// Calls are admitted.
    Closed,
    /// Calls are refused until the open time is over.
    Open,
    /// The open time is over: a few calls are admitted as probes, others are refused.
    HalfOpen,
    /// Calls are refused until [`reset`](crate::CircuitBreaker::reset).
    ForcedOpen,
    /// Calls are admitted whatever their outcome, until [`reset`](crate::CircuitBreaker::reset).
    Disabled,
}

impl CircuitState {
    /// Every state, in the order of their declaration.
    #[cfg(feature = "readings")]
    pub(crate) const ALL: [Self; 5] = [Self::Closed, Self::Open, Self::HalfOpen, Self::ForcedOpen, Self::Disabled];

    /// Whether every call is refused: `Open` or `ForcedOpen`.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::ForcedOpen)
    }

    /// Whether it is `Closed`.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Closed)
    }

    /// Whether it is `HalfOpen`.
    pub const fn is_half_open(self) -> bool {
        matches!(self, Self::HalfOpen)
    }

    /// Its name in lower case, as for a metric: `"closed"`, `"open"`, `"half_open"`, `"forced_open"` or `"disabled"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
            Self::ForcedOpen => "forced_open",
            Self::Disabled => "disabled",
        }
    }
}

/// As [`as_str`](Self::as_str).
impl fmt::Display for CircuitState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_name_and_at_most_one_answer() {
        use CircuitState::{Closed, Disabled, ForcedOpen, HalfOpen, Open};
        let found = [Closed, Open, HalfOpen, ForcedOpen, Disabled]
            .map(|state| (state.as_str(), state.is_closed(), state.is_open(), state.is_half_open()));
        let expected = [
            ("closed", true, false, false),
            ("open", false, true, false),
            ("half_open", false, false, true),
            ("forced_open", false, true, false),
            ("disabled", false, false, false),
        ];
        assert_eq!(found, expected);
        assert_eq!(format!("{HalfOpen:>10}|{Open}"), " half_open|open");
    }
}
