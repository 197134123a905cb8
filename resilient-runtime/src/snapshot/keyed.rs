//! State per key in a snapshot.

use crate::bulkhead::bulkhead::BulkheadStats;
use crate::bulkhead::per_key::Bulkheads;
use crate::circuit_breaker::per_key::CircuitBreakers;
use crate::core::circuit_stats::CircuitStats;
use crate::core::shared_state::SharedState;
use crate::rate_limit::limiter::RateLimitStats;
use crate::rate_limit::per_key::RateLimiters;
use crate::registry::listed::Owner;
use crate::snapshot::functions::SettingSnapshot;
use crate::snapshot::seen::{Seen, settings};

/// So many keys a snapshot lists, the first in their order.
const MOST_KEYS: usize = 100;

fn first(mut keys: Vec<String>) -> (usize, Vec<String>) {
    let all = keys.len();
    keys.truncate(MOST_KEYS);
    (all, keys)
}

/// Circuit breakers by key, in a [`Snapshot`](crate::snapshot::Snapshot).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct KeyedBreakersSnapshot {
    /// The name that all keys have in common.
    pub name: String,
    /// Whom they belong to.
    pub owner: Owner,
    /// How many keys are kept.
    pub keys: usize,
    /// How many calls shared a breaker because there was no room for their keys.
    pub overflowed: u64,
    /// How many keys have a breaker that is not closed.
    pub not_closed: usize,
    /// The first 100 of these keys, in their order.
    pub not_closed_keys: Vec<String>,
    /// Calls that counted as a success, of all keys.
    pub successful_calls: u64,
    /// Calls that counted as a failure.
    pub failed_calls: u64,
    /// Calls that counted neither way.
    pub ignored_calls: u64,
    /// Calls that took longer than `slow_call`.
    pub slow_calls: u64,
    /// Calls that were not admitted.
    pub rejected_calls: u64,
    /// The settings of each key.
    pub settings: Vec<SettingSnapshot>,
}

impl Seen for KeyedBreakersSnapshot {
    type State = CircuitBreakers;

    fn see(state: &CircuitBreakers, name: &str, owner: Owner) -> Self {
        let (not_closed, not_closed_keys) = first(state.open());
        let CircuitStats { successful_calls, failed_calls, ignored_calls, slow_calls, rejected_calls, .. } =
            state.stats();
        Self {
            name: name.to_owned(),
            owner,
            keys: state.len(),
            overflowed: state.overflowed(),
            not_closed,
            not_closed_keys,
            successful_calls,
            failed_calls,
            ignored_calls,
            slow_calls,
            rejected_calls,
            settings: settings(CircuitBreakers::settings(&state.policy())),
        }
    }
}

/// Bulkheads by key, in a [`Snapshot`](crate::snapshot::Snapshot).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct KeyedBulkheadsSnapshot {
    /// The name that all keys have in common.
    pub name: String,
    /// Whom they belong to.
    pub owner: Owner,
    /// How many keys are kept.
    pub keys: usize,
    /// How many calls shared a bulkhead because there was no room for their keys.
    pub overflowed: u64,
    /// How many keys have no free slot.
    pub full: usize,
    /// The first 100 of these keys, in their order.
    pub full_keys: Vec<String>,
    /// Calls that got a slot, of all keys.
    pub accepted_calls: u64,
    /// Calls that were refused.
    pub rejected_calls: u64,
    /// The settings of each key.
    pub settings: Vec<SettingSnapshot>,
}

impl Seen for KeyedBulkheadsSnapshot {
    type State = Bulkheads;

    fn see(state: &Bulkheads, name: &str, owner: Owner) -> Self {
        let (full, full_keys) = first(state.full());
        let BulkheadStats { accepted_calls, rejected_calls } = state.stats();
        Self {
            name: name.to_owned(),
            owner,
            keys: state.len(),
            overflowed: state.overflowed(),
            full,
            full_keys,
            accepted_calls,
            rejected_calls,
            settings: settings(Bulkheads::settings(&state.policy())),
        }
    }
}

/// Rate limits by key, in a [`Snapshot`](crate::snapshot::Snapshot).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct KeyedRateLimitersSnapshot {
    /// The name that all keys have in common.
    pub name: String,
    /// Whom they belong to.
    pub owner: Owner,
    /// How many keys are kept.
    pub keys: usize,
    /// How many calls shared a rate limit because there was no room for their keys.
    pub overflowed: u64,
    /// How many keys are held.
    pub held: usize,
    /// The first 100 of these keys, in their order.
    pub held_keys: Vec<String>,
    /// Calls that began, of all keys.
    pub accepted_calls: u64,
    /// Calls that were refused.
    pub rejected_calls: u64,
    /// How often a key was held.
    pub holds: u64,
    /// The settings of each key.
    pub settings: Vec<SettingSnapshot>,
}

impl Seen for KeyedRateLimitersSnapshot {
    type State = RateLimiters;

    fn see(state: &RateLimiters, name: &str, owner: Owner) -> Self {
        let (held, held_keys) = first(state.held());
        let RateLimitStats { accepted_calls, rejected_calls, holds } = state.stats();
        Self {
            name: name.to_owned(),
            owner,
            keys: state.len(),
            overflowed: state.overflowed(),
            held,
            held_keys,
            accepted_calls,
            rejected_calls,
            holds,
            settings: settings(RateLimiters::settings(&state.policy())),
        }
    }
}
