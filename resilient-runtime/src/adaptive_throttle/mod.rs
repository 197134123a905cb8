//! Adaptive throttle: a policy that decides by counts and a random number, the counts that calls share, and the ways to
//! call through it.

mod call;
mod checked_setters;
pub(crate) mod for_call;
#[cfg(all(test, resilient_loom))]
mod loom_tests;
pub(crate) mod permit;
pub(crate) mod policy;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
pub(crate) mod throttle;
