//! Circuit breaker: a policy, the machine that decides, the state that calls share, and the guard around a call.

pub(crate) mod breaker;
pub(crate) mod by_hand;
mod call;
pub(crate) mod for_call;
mod in_force;
pub(crate) mod inspection;
#[cfg(all(test, resilient_loom))]
mod loom_tests;
pub(crate) mod machine;
mod notify;
pub(crate) mod owned_permit;
pub(crate) mod per_key;
pub(crate) mod permit;
pub(crate) mod policy;
mod probes;
mod shared;
mod state;
pub(crate) mod state_word;
mod streak;
#[cfg(feature = "readings")]
pub(crate) mod transitions;
mod window;
