//! Circuit breakers in a snapshot.

use std::time::Duration;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::core::circuit_state::CircuitState;
use crate::core::circuit_stats::CircuitStats;
use crate::core::shared_state::SharedState;
use crate::event::breaker_changed::ChangeReason;
use crate::outcomes::tally::Tally;
use crate::registry::listed::Owner;
use crate::snapshot::functions::SettingSnapshot;
use crate::snapshot::seen::{Seen, settings};

/// A circuit breaker in a [`Snapshot`](crate::snapshot::Snapshot). Its totals are those of
/// [`CircuitStats`](crate::CircuitStats).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BreakerSnapshot {
    /// Its name.
    pub name: String,
    /// Whom it belongs to.
    pub owner: Owner,
    /// The state, `HalfOpen` from the end of the open time on.
    #[cfg_attr(feature = "serde", serde(serialize_with = "super::serial::text"))]
    pub state: CircuitState,
    /// For how long it has been in this state. `None` if its state has never changed.
    #[cfg_attr(feature = "serde", serde(rename = "in_state_ms", serialize_with = "super::serial::some_millis"))]
    pub in_state: Option<Duration>,
    /// What changed the state last. `None` if nothing has.
    #[cfg_attr(feature = "serde", serde(serialize_with = "super::serial::reason"))]
    pub because: Option<ChangeReason>,
    /// For how long it still refuses calls, if it is `Open`.
    #[cfg_attr(feature = "serde", serde(rename = "open_for_ms", serialize_with = "super::serial::some_millis"))]
    pub open_for: Option<Duration>,
    /// The share of failures in its window, from 0 to 1. `None` without a window, or while it holds fewer calls than a
    /// rate needs.
    pub failure_rate: Option<f64>,
    /// What its window holds, if it has one.
    pub window: Option<WindowSnapshot>,
    /// The failures in a row, if those open it and it is closed.
    pub failures_in_a_row: Option<u64>,
    /// Calls that counted as a success.
    pub successful_calls: u64,
    /// Calls that counted as a failure.
    pub failed_calls: u64,
    /// Calls that counted neither way.
    pub ignored_calls: u64,
    /// Calls that took longer than `slow_call`.
    pub slow_calls: u64,
    /// Calls that were not admitted.
    pub rejected_calls: u64,
    /// Changes of state.
    pub state_changes: u64,
    /// The settings in force.
    pub settings: Vec<SettingSnapshot>,
}

/// What the window of a breaker holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WindowSnapshot {
    /// Calls.
    pub calls: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Those of them that were slow.
    pub slow: u64,
}

impl From<Tally> for WindowSnapshot {
    fn from(Tally { total, failed, slow }: Tally) -> Self {
        Self { calls: total, failed, slow }
    }
}

impl Seen for BreakerSnapshot {
    type State = CircuitBreaker;

    fn see(state: &CircuitBreaker, name: &str, owner: Owner) -> Self {
        let (looked, totals) = (state.look(), state.stats());
        let CircuitStats { successful_calls, failed_calls, ignored_calls, slow_calls, rejected_calls, .. } = totals;
        let (in_state, because) = looked.since.unzip();
        Self {
            name: name.to_owned(),
            owner,
            state: looked.state,
            in_state,
            because,
            open_for: looked.open_for,
            failure_rate: state.failure_rate(),
            window: looked.window.map(WindowSnapshot::from),
            failures_in_a_row: looked.failures_in_a_row,
            successful_calls,
            failed_calls,
            ignored_calls,
            slow_calls,
            rejected_calls,
            state_changes: totals.state_changes,
            settings: settings(CircuitBreaker::settings(&state.policy())),
        }
    }
}
