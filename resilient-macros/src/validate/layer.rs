//! Rules about one attribute.

pub(crate) mod bulkhead;
pub(crate) mod circuit_breaker;
pub(crate) mod fallback;
pub(crate) mod retry;
pub(crate) mod timeout;
