//! The deadline that timeouts set for all that runs below them, and what becomes of a call that does not meet it.

pub(crate) mod current;
pub(crate) mod dropped;
pub(crate) mod limit;
pub(crate) mod open_calls;
