//! Bulkhead: a policy, the fair semaphore that calls share, and the guard around a call.

pub(crate) mod adaptive;
#[expect(clippy::module_inception, reason = "the file of the type that gives the folder its name")]
pub(crate) mod bulkhead;
mod call;
mod change;
pub(crate) mod for_call;
pub(crate) mod guard;
pub(crate) mod owned_slot;
pub(crate) mod per_key;
pub(crate) mod policy;
mod semaphore;
mod shutdown;
pub(crate) mod waiting;
