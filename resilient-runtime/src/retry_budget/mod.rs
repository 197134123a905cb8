//! Retry budget: a policy, the tokens that calls earn and retries take, and the state that calls share.

pub(crate) mod budget;
mod checked_setters;
#[cfg(all(test, resilient_loom))]
mod loom_tests;
mod machine;
pub(crate) mod policy;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
pub(crate) mod token;
