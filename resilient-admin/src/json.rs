//! The snapshot and the configuration as JSON.

use std::time::{Duration, Instant};

use resilient_runtime::snapshot::{Snapshot, snapshot};
use serde::Serialize;

use crate::events::line::millis;
use crate::timed::Timed;

/// A snapshot, and what can be done about it.
#[derive(Serialize)]
pub(crate) struct Seen<'a> {
    #[serde(flatten)]
    snapshot: Snapshot,
    admin: Possible<'a>,
}

/// What can be done, and what is done for a while.
#[derive(Serialize)]
pub(crate) struct Possible<'a> {
    /// Whether there are actions.
    pub(crate) actions: bool,
    /// Whether `reload` is one.
    pub(crate) reload: bool,
    /// The breakers without which the program is not ready.
    pub(crate) critical: Vec<&'a str>,
    /// What ends by itself.
    pub(crate) timed: Vec<TimedSeen>,
    /// The number of the last event before the snapshot.
    pub(crate) last_event_id: u64,
}

#[derive(Serialize)]
pub(crate) struct TimedSeen {
    name: String,
    action: &'static str,
    left_ms: f64,
    before: &'static str,
}

impl TimedSeen {
    pub(crate) fn all(timed: &Timed) -> Vec<Self> {
        let now = Instant::now();
        let seen = timed.iter().map(|(name, action)| Self {
            name: name.clone(),
            action: action.force.name(),
            left_ms: millis(action.until.checked_duration_since(now).unwrap_or(Duration::ZERO)),
            before: action.reversal.before().as_str(),
        });
        seen.collect()
    }
}

impl<'a> Seen<'a> {
    pub(crate) fn now(admin: Possible<'a>) -> Self {
        Self { snapshot: snapshot(), admin }
    }
}
