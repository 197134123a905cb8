//! Bulkheads, rate limits, adaptive throttles and helper threads in a snapshot.

use std::time::Duration;

use crate::adaptive_throttle::throttle::{AdaptiveThrottle, AdaptiveThrottleStats};
use crate::bulkhead::bulkhead::{Bulkhead, BulkheadStats};
use crate::core::shared_state::SharedState;
use crate::rate_limit::limiter::{RateLimitStats, RateLimiter};
use crate::registry::listed::Owner;
use crate::snapshot::functions::SettingSnapshot;
use crate::snapshot::seen::{Seen, settings};
use crate::thread_bulkhead::thread_bulkhead::{ThreadBulkhead, ThreadStats};
use crate::thread_pool::HELPERS;

/// A bulkhead in a [`Snapshot`](crate::snapshot::Snapshot).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BulkheadSnapshot {
    /// Its name.
    pub name: String,
    /// Whom it belongs to.
    pub owner: Owner,
    /// The calls that may be in flight at a time; 0 after a shutdown.
    pub limit: usize,
    /// The calls that are in flight. They may be more than the limit, if it was lowered.
    pub in_flight: usize,
    /// The calls that wait for a slot.
    pub waiting: usize,
    /// Calls that got a slot.
    pub accepted_calls: u64,
    /// Calls that were refused.
    pub rejected_calls: u64,
    /// The settings in force.
    pub settings: Vec<SettingSnapshot>,
}

impl Seen for BulkheadSnapshot {
    type State = Bulkhead;

    fn see(state: &Bulkhead, name: &str, owner: Owner) -> Self {
        let BulkheadStats { accepted_calls, rejected_calls } = state.stats();
        Self {
            name: name.to_owned(),
            owner,
            limit: state.limit(),
            in_flight: state.in_flight(),
            waiting: state.waiting(),
            accepted_calls,
            rejected_calls,
            settings: settings(Bulkhead::settings(&state.policy())),
        }
    }
}

/// A bulkhead with threads of its own in a [`Snapshot`](crate::snapshot::Snapshot). Its totals are those of
/// [`ThreadStats`](crate::ThreadStats).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ThreadBulkheadSnapshot {
    /// Its name.
    pub name: String,
    /// Whom it belongs to.
    pub owner: Owner,
    /// So many bodies run at a time.
    pub threads: usize,
    /// The threads that run a body.
    pub busy: usize,
    /// The calls that wait for a thread.
    pub waiting: usize,
    /// Calls, also those that were refused.
    pub submitted: u64,
    /// Calls whose body returned.
    pub finished: u64,
    /// Calls whose body panicked.
    pub panicked: u64,
    /// Calls that were refused.
    pub rejected_calls: u64,
    /// Calls whose caller left before the end.
    pub abandoned: u64,
    /// The settings in force.
    pub settings: Vec<SettingSnapshot>,
}

impl Seen for ThreadBulkheadSnapshot {
    type State = ThreadBulkhead;

    fn see(state: &ThreadBulkhead, name: &str, owner: Owner) -> Self {
        let ThreadStats { submitted, finished, panicked, rejected, abandoned } = state.stats();
        Self {
            name: name.to_owned(),
            owner,
            threads: state.places(),
            busy: state.busy(),
            waiting: state.queued(),
            submitted,
            finished,
            panicked,
            rejected_calls: rejected,
            abandoned,
            settings: settings(ThreadBulkhead::settings(&state.policy())),
        }
    }
}

/// A rate limit in a [`Snapshot`](crate::snapshot::Snapshot).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RateLimiterSnapshot {
    /// Its name.
    pub name: String,
    /// Whom it belongs to.
    pub owner: Owner,
    /// The permits that calls could take now; 0 while it is held. `None` if only holds limit and there is none.
    pub available: Option<u64>,
    /// The calls that wait.
    pub waiting: usize,
    /// How long a call would have to wait, behind all that wait.
    #[cfg_attr(feature = "serde", serde(rename = "next_in_ms", serialize_with = "super::serial::millis"))]
    pub next_in: Duration,
    /// The rest of a hold; zero if there is none.
    #[cfg_attr(feature = "serde", serde(rename = "held_for_ms", serialize_with = "super::serial::millis"))]
    pub held_for: Duration,
    /// Calls that began.
    pub accepted_calls: u64,
    /// Calls that were refused.
    pub rejected_calls: u64,
    /// How often everybody was stopped.
    pub holds: u64,
    /// The settings in force: `permits` and `per` among them.
    pub settings: Vec<SettingSnapshot>,
}

impl Seen for RateLimiterSnapshot {
    type State = RateLimiter;

    fn see(state: &RateLimiter, name: &str, owner: Owner) -> Self {
        let RateLimitStats { accepted_calls, rejected_calls, holds } = state.stats();
        Self {
            name: name.to_owned(),
            owner,
            available: state.available(),
            waiting: state.waiting(),
            next_in: state.next_in(),
            held_for: state.held_for(),
            accepted_calls,
            rejected_calls,
            holds,
            settings: settings(RateLimiter::settings(&state.policy())),
        }
    }
}

/// An adaptive throttle in a [`Snapshot`](crate::snapshot::Snapshot).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ThrottleSnapshot {
    /// Its name.
    pub name: String,
    /// Whom it belongs to.
    pub owner: Owner,
    /// The share of calls that it sheds, from 0 to 1.
    pub share: f64,
    /// Calls that the callee accepted.
    pub accepted_calls: u64,
    /// Calls that failed.
    pub failed_calls: u64,
    /// Calls that counted neither way.
    pub ignored_calls: u64,
    /// Calls that were shed.
    pub shed_calls: u64,
    /// The settings in force.
    pub settings: Vec<SettingSnapshot>,
}

impl Seen for ThrottleSnapshot {
    type State = AdaptiveThrottle;

    fn see(state: &AdaptiveThrottle, name: &str, owner: Owner) -> Self {
        let AdaptiveThrottleStats { accepted_calls, failed_calls, ignored_calls, shed_calls } = state.stats();
        Self {
            name: name.to_owned(),
            owner,
            share: state.share(),
            accepted_calls,
            failed_calls,
            ignored_calls,
            shed_calls,
            settings: settings(AdaptiveThrottle::settings(&state.policy())),
        }
    }
}

/// The threads that run sync bodies with a time limit, in a [`Snapshot`](crate::snapshot::Snapshot).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HelperThreadsSnapshot {
    /// So many jobs run at a time.
    pub limit: usize,
    /// The jobs that run.
    pub busy: usize,
    /// The jobs that wait.
    pub waiting: usize,
}

impl HelperThreadsSnapshot {
    pub(super) fn now() -> Self {
        let load = HELPERS.load();
        Self { limit: HELPERS.places(), busy: load.busy, waiting: load.queued }
    }
}
