//! `#[bulkhead]`.

mod concurrency;
mod describe;
mod expand;
pub(crate) mod model;
mod parse;
mod synonyms;
mod threads;
mod validate;
mod values;
