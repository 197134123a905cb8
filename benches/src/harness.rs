//! Contenders that alternate in one process, so that other load on the machine affects all of them.

mod calls;
mod expiring;
mod pending;

use std::fmt;
use std::sync::OnceLock;

use core_affinity::CoreId;
use tokio::runtime::Runtime;

pub use calls::{Calls, Contender};
pub use expiring::{Expirer, Expiring};
pub use pending::{Order, Pending, Waiter};

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
    /// The cost of a call that waits along with many others.
    Pending(Pending),
    /// The processor time of a call whose timeout expires while many others wait.
    Expiring(Expiring),
}

/// Threads that call one object at the same time, each on a core of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads {
    pub calling: usize,
    /// Threads that called it before, and have been idle since.
    pub idle: usize,
}

impl Threads {
    /// What is measured where threads can contend.
    pub fn all() -> Vec<Self> {
        let two = [Self { calling: 2, idle: 0 }, Self { calling: 2, idle: 20 }];
        let more = Some(cores().len()).filter(|&cores| cores > 2).map(|cores| Self { calling: cores, idle: 0 });
        two.into_iter().chain(more).collect()
    }
}

impl fmt::Display for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} threads", self.calling)?;
        if self.idle > 0 { write!(f, ", {} idle came first", self.idle) } else { Ok(()) }
    }
}

/// A line of a table.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub kind: Kind,
    /// Nanoseconds per call, net of the bare call; those of the bare call itself as they are.
    pub net: f64,
    /// The same with several threads on one shared object.
    pub several: Vec<(Threads, f64)>,
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
    if let Some(core) = cores().get(core) {
        core_affinity::set_for_current(*core);
    }
}

/// The cores of the machine. Read before any thread is pinned, because a pinned thread sees only its own core.
fn cores() -> &'static [CoreId] {
    static CORES: OnceLock<Vec<CoreId>> = OnceLock::new();
    CORES.get_or_init(|| core_affinity::get_core_ids().unwrap_or_default())
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime with a clock")
}
