//! From tokens to the model. What can be read is read, so that validation finds the rest of the mistakes too.

mod args;
mod bulkhead;
mod circuit_breaker;
mod duration;
mod fallback;
mod filter;
pub(crate) mod function;
pub(crate) mod future;
mod notation;
mod retry;
mod rewritten;
mod setting;
pub(crate) mod stack;
mod synonyms;
mod timeout;
mod traced;
mod value;
