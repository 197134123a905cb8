//! `#[retry_budget]`, which makes a handle of a static and stands on nothing else.

pub(crate) mod model;
