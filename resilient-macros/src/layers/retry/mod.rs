//! `#[retry]`.

mod describe;
pub(crate) mod model;
pub(crate) mod synonyms;
mod worst_case;
