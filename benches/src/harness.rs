//! Contenders that alternate in one process, so that other load on the machine affects all of them.

mod calls;
mod expiring;
mod pending;

use std::sync::OnceLock;

use core_affinity::CoreId;
use tokio::runtime::Runtime;

pub use calls::{Calls, Contender};
pub use expiring::{Expirer, Expiring};
pub use pending::{Pending, Waiter};

/// Odd, so that the median is a round that was measured.
pub const ROUNDS: usize = 61;

/// Where a contender comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The call without protection; its time is subtracted from all others.
    Bare,
    Ours,
    Peer,
    /// Written by hand for this one purpose: the best that can be reached.
    Hand,
}

/// A benchmark.
pub struct Question {
    /// `file/benchmark`.
    pub id: &'static str,
    pub title: &'static str,
    /// What one must know to read the result.
    pub note: &'static str,
    pub put: Put,
}

pub enum Put {
    /// The cost of a call.
    Calls(Calls),
    /// The cost of a call that waits along with 100,000 others.
    Pending(Pending),
    /// The processor time of a call whose timeout expires while many others wait.
    Expiring(Expiring),
}

/// A line of a table.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub kind: Kind,
    /// Nanoseconds per call, net of the bare call; those of the bare call itself as they are.
    pub net: f64,
    /// The same with two threads on one shared object.
    pub two_threads: Option<f64>,
    /// Nanoseconds to drop a pending call.
    pub dropping: Option<f64>,
}

/// The median.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Pins the thread to a core of its own: two threads that share a core do not contend.
pub(crate) fn stay_on(core: usize) {
    // Read before any thread is pinned, because a pinned thread sees only its own core.
    static CORES: OnceLock<Vec<CoreId>> = OnceLock::new();
    let cores = CORES.get_or_init(|| core_affinity::get_core_ids().unwrap_or_default());
    if let Some(core) = cores.get(core) {
        core_affinity::set_for_current(*core);
    }
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime with a clock")
}
