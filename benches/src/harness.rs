//! Contenders that alternate in one process, so that whatever the machine does meanwhile happens to all of them.

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

/// Whose a contender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The call without any protection; subtracted from all others.
    Bare,
    Ours,
    Peer,
    /// Written by hand for this one purpose: what can be reached.
    Hand,
}

/// A question, and how it is put.
pub struct Question {
    /// `file/question`.
    pub id: &'static str,
    pub title: &'static str,
    /// What one must know to read the answer.
    pub note: &'static str,
    pub put: Put,
}

pub enum Put {
    /// What does a call cost?
    Calls(Calls),
    /// What does a call cost that waits along with 100,000 others?
    Pending(Pending),
    /// How long does a processor work for a call whose time is over while many others wait?
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

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// For one thread.
/// Keeps the thread on a core of its own: two threads that take turns on one do not meet.
pub(crate) fn stay_on(core: usize) {
    // Asked before any thread stays on one, for that is then all that it is told of.
    static CORES: OnceLock<Vec<CoreId>> = OnceLock::new();
    let cores = CORES.get_or_init(|| core_affinity::get_core_ids().unwrap_or_default());
    if let Some(core) = cores.get(core) {
        core_affinity::set_for_current(*core);
    }
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime with a clock")
}
