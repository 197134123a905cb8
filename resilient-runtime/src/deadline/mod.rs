//! The deadlines that timeouts set for the code below them, or that are given, and how a call counts that misses its
//! deadline.

pub(crate) mod apart;
mod called;
pub(crate) mod current;
pub(crate) mod dropped;
pub(crate) mod given;
pub(crate) mod grpc_timeout;
pub(crate) mod limit;
pub(crate) mod moment;
pub(crate) mod open_calls;
mod polled;
pub(crate) mod wait;
