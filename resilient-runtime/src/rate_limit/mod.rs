//! Rate limit: a policy, the permits of a window or a bucket, holds, and the state that calls share.

mod bucket;
mod call;
#[cfg(all(test, feature = "config", not(resilient_loom)))]
mod change_tests;
mod checked_setters;
pub(crate) mod for_call;
pub(crate) mod guard;
mod hold;
pub(crate) mod limiter;
#[cfg(all(test, resilient_loom))]
mod loom_tests;
mod machine;
pub(crate) mod per_key;
mod permit_word;
pub(crate) mod policy;
mod queue;
#[cfg(all(test, not(resilient_loom)))]
mod sharing_tests;
pub(crate) mod signal;
mod take;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
pub(crate) mod waiting;
mod window;
