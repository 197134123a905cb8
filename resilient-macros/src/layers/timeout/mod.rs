//! `#[timeout]`.

mod describe;
pub(crate) mod model;
pub(crate) mod synonyms;
