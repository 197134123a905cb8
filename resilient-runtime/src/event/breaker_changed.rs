//! A change of a breaker's state.

use std::fmt;
use std::time::Duration;

use crate::core::circuit_state::CircuitState;
use crate::core::circuit_stats::CircuitStats;
use crate::core::name::Name;

/// The data of [`Event::BreakerChanged`](crate::events::Event::BreakerChanged).
///
/// Each change is delivered once. Those of one breaker come in their order and one after the other, some of them on the
/// thread of another change that is being delivered.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct BreakerChanged {
    /// The breaker's name.
    pub name: Name,
    /// Which change of this breaker it is, counted from 1 without gaps.
    pub number: u64,
    /// The state before.
    pub from: CircuitState,
    /// The state after.
    pub to: CircuitState,
    /// What changed it.
    pub because: ChangeReason,
    /// The totals at the change.
    pub stats: CircuitStats,
    /// For how long it refuses calls, if it opened.
    pub open_for: Option<Duration>,
}

/// What changed the state of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeReason {
    /// `failure_threshold` failures in a row.
    Streak,
    /// The share of failures in the window.
    FailureRate,
    /// The share of slow calls in the window.
    SlowCallRate,
    /// The open time is over: it became half-open.
    OpenTimeOver,
    /// The outcome of a probe: it closed, or opened again.
    Probe,
    /// A call of `reset`, `force_open` or `disable`.
    ByHand,
}

impl ChangeReason {
    /// The word that logs use, as in `failure_rate`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Streak => "streak",
            Self::FailureRate => "failure_rate",
            Self::SlowCallRate => "slow_call_rate",
            Self::OpenTimeOver => "open_time_over",
            Self::Probe => "probe",
            Self::ByHand => "by_hand",
        }
    }
}

/// ``circuit breaker `users`: Closed -> Open by streak``
impl fmt::Display for BreakerChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, from, to, because, .. } = self;
        write!(f, "circuit breaker `{}`: {from:?} -> {to:?} by {}", name, because.name())
    }
}
