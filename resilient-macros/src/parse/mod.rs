//! From tokens to the model. What can be read is read, so that validation finds the rest of the mistakes too.

pub(crate) mod args;
pub(crate) mod duration;
pub(crate) mod expr_shape;
pub(crate) mod filter;
pub(crate) mod function;
pub(crate) mod function_name;
pub(crate) mod future;
pub(crate) mod held;
mod item_end;
mod notation;
mod rewritten;
pub(crate) mod setting;
mod static_item;
pub(crate) mod synonyms;
mod traced;
pub(crate) mod value;
