//! `#[circuit_breaker]`.

mod describe;
pub(crate) mod model;
pub(crate) mod synonyms;
