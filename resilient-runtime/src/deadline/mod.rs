//! The deadlines that timeouts set for the code below them, and how a call counts that misses its deadline.

pub(crate) mod current;
pub(crate) mod dropped;
pub(crate) mod limit;
pub(crate) mod open_calls;
