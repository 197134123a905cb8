//! Hedge: a policy, a delay that adjusts itself, the state that calls share, and the race of the attempts.

mod call;
mod call_blocking;
pub(crate) mod course;
pub(crate) mod event;
#[expect(clippy::module_inception, reason = "the file of the type that gives the folder its name")]
pub(crate) mod hedge;
mod machine;
mod percentile;
pub(crate) mod policy;
pub(crate) mod race;
pub(crate) mod race_blocking;
pub(crate) mod send_check;
mod signal;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
