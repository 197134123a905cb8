//! Retry budget: a policy, the tokens that calls earn and retries take, and the state that calls share.

pub(crate) mod budget;
mod checked_setters;
mod machine;
pub(crate) mod policy;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
pub(crate) mod token;
