//! The retry budget, which is an attribute of a static, and a setting of the attributes that take its tokens.

pub(crate) mod given;
pub(crate) mod model;
mod synonyms;
mod values;
