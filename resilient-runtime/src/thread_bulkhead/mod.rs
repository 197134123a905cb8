//! Bulkhead with threads of its own: a policy, the pool with its statistics, and the guard that moves a body there.

pub(crate) mod absent;
mod awaiting;
mod call;
#[cfg(feature = "testing")]
pub(crate) mod filled;
pub(crate) mod guard;
pub(crate) mod policy;
pub(crate) mod send_check;
mod shutdown;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
#[expect(clippy::module_inception, reason = "the file of the type that gives the folder its name")]
pub(crate) mod thread_bulkhead;
