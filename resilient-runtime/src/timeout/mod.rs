//! Timeout: a policy, the guard that sets a deadline, and the threads on which sync bodies run.

mod call;
pub(crate) mod guard;
pub(crate) mod policy;
pub(crate) mod send_check;
mod thread_pool;
