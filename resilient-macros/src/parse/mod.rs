//! From tokens to the model. What can be read is read, so that validation finds the rest of the mistakes too.

pub(crate) mod args;
pub(crate) mod bulkhead;
pub(crate) mod circuit_breaker;
pub(crate) mod duration;
pub(crate) mod fallback;
pub(crate) mod filter;
pub(crate) mod function;
pub(crate) mod future;
mod notation;
pub(crate) mod retry;
mod rewritten;
pub(crate) mod setting;
pub(crate) mod stack;
pub(crate) mod synonyms;
pub(crate) mod timeout;
mod traced;
pub(crate) mod value;
