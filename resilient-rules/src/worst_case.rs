//! Why a call can take longer than its limits say, or for ever.

/// Nothing ends the body.
pub const NO_TIMEOUT: &str = "its body has no timeout";
/// Nothing ends a retry.
pub const NO_LIMIT_OF_ATTEMPTS: &str = "its attempts have no limit";
/// Each attempt may take longer than the one before.
pub const TIMEOUT_GROWS: &str = "its timeout grows with each of its unlimited attempts";
/// Nothing ends the wait of a call in a bulkhead.
pub const WAITS_FOR_A_SLOT: &str = "nothing limits its wait for a slot";
/// Nothing ends the wait of a call in a rate limit.
pub const WAITS_FOR_A_PERMIT: &str = "nothing limits its wait for a permit";
/// A function answers.
pub const AND_ITS_FALLBACK: &str = "plus the time of its fallback";
/// Several functions answer.
pub const AND_ITS_FALLBACKS: &str = "plus the time of its fallbacks";
/// A function answers in each attempt of a retry.
pub const AND_ITS_FALLBACK_IN_EACH_ATTEMPT: &str = "plus the time of its fallback in each attempt";
/// The body asks for its deadline itself.
pub const IF_IT_KEEPS_TO_ITS_DEADLINE: &str = "if its body keeps to its deadline";
