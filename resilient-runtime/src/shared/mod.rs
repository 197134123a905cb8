//! State that calls share: atomics around the pure decisions of `policy`.

pub(crate) mod bulkhead;
pub(crate) mod circuit_breaker;
pub(crate) mod counters;
pub(crate) mod registry;
pub(crate) mod window;
