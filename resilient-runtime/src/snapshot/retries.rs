//! Retry budgets and hedges in a snapshot.

use std::time::Duration;

use crate::core::shared_state::SharedState;
use crate::hedge::hedge::{Hedge, HedgeStats};
use crate::registry::listed::Owner;
use crate::retry_budget::budget::{RetryBudget, RetryBudgetStats};
use crate::snapshot::functions::SettingSnapshot;
use crate::snapshot::seen::{Seen, settings};

/// A retry budget in a [`Snapshot`](crate::snapshot::Snapshot).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RetryBudgetSnapshot {
    /// Its name.
    pub name: String,
    /// Whom it belongs to.
    pub owner: Owner,
    /// The retries that it would admit now.
    pub available: u64,
    /// Calls that earned a share of a token.
    pub calls: u64,
    /// Tokens that were taken and not given back.
    pub retries: u64,
    /// Retries that were not made because there was no token.
    pub refused_retries: u64,
    /// The settings in force.
    pub settings: Vec<SettingSnapshot>,
}

impl Seen for RetryBudgetSnapshot {
    type State = RetryBudget;

    fn see(state: &RetryBudget, name: &str, owner: Owner) -> Self {
        let RetryBudgetStats { calls, retries, refused_retries } = state.stats();
        Self {
            name: name.to_owned(),
            owner,
            available: state.available(),
            calls,
            retries,
            refused_retries,
            settings: settings(RetryBudget::settings(&state.policy())),
        }
    }
}

/// A hedge in a [`Snapshot`](crate::snapshot::Snapshot).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HedgeSnapshot {
    /// Its name.
    pub name: String,
    /// Whom it belongs to.
    pub owner: Owner,
    /// After how long a second attempt would begin now. `None` if it is not known yet.
    #[cfg_attr(feature = "serde", serde(rename = "delay_ms", serialize_with = "super::serial::some_millis"))]
    pub delay: Option<Duration>,
    /// Calls, each with a first attempt.
    pub calls: u64,
    /// Attempts beside the first.
    pub hedges: u64,
    /// Calls that were answered by an attempt beside the first.
    pub won_by_hedge: u64,
    /// Hedges that were due and not made because there was no token in the budget.
    pub not_in_budget: u64,
    /// The settings in force.
    pub settings: Vec<SettingSnapshot>,
}

impl Seen for HedgeSnapshot {
    type State = Hedge;

    fn see(state: &Hedge, name: &str, owner: Owner) -> Self {
        let HedgeStats { calls, hedges, won_by_hedge, not_in_budget } = state.stats();
        Self {
            name: name.to_owned(),
            owner,
            delay: state.delay(),
            calls,
            hedges,
            won_by_hedge,
            not_in_budget,
            settings: settings(Hedge::settings(&state.policy())),
        }
    }
}
