//! The code around and inside the pipeline that belongs to no layer.

mod acts;
pub(crate) mod admitted;
pub(crate) mod arguments;
pub(crate) mod async_block;
pub(crate) mod body;
pub(crate) mod call;
pub(crate) mod context;
pub(crate) mod copied;
pub(crate) mod count;
pub(crate) mod error_conversion;
mod exclusive_borrow;
pub(crate) mod held;
pub(crate) mod inventory;
pub(crate) mod nameable;
pub(crate) mod per_key;
pub(crate) mod pipeline_expr;
pub(crate) mod policy;
pub(crate) mod result_type;
pub(crate) mod scripted;
pub(crate) mod slots;
pub(crate) mod spans;
pub(crate) mod statics;
pub(crate) mod values;
