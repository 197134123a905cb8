//! Timeout: a policy, and the guard that sets a deadline.

mod call;
pub(crate) mod guard;
pub(crate) mod policy;
pub(crate) mod send_check;
