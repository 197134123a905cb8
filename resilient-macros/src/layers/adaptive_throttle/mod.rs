//! `#[adaptive_throttle]`.

mod describe;
mod expand;
pub(crate) mod model;
mod parse;
mod synonyms;
mod validate;
