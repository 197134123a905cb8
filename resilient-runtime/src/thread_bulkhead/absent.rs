//! Where a body runs whose bulkhead may be absent, and is.

use std::sync::LazyLock;

use crate::core::name::Name;
use crate::thread_bulkhead::policy::ThreadBulkheadPolicy;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;

/// The body may block, so it leaves its caller's thread nevertheless. Calls wait for as long as it takes.
static HELPERS: LazyLock<ThreadBulkhead> =
    LazyLock::new(|| ThreadBulkhead::named(Name::new(&"resilient-helper"), ThreadBulkheadPolicy::PASSING));

/// Threads in place of those of a bulkhead.
pub(crate) fn helpers() -> &'static ThreadBulkhead {
    &HELPERS
}
