//! Descriptions of the attributes of a function, for readers.

pub(crate) mod described;
pub(crate) mod format;
pub(crate) mod pretty_tokens;
pub(crate) mod rustdoc;
pub(crate) mod settings;
pub(crate) mod summary;
pub(crate) mod wait;
pub(crate) mod worst_case;
