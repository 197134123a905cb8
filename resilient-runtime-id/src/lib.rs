#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

use tokio::runtime::{Handle, Id};

/// The runtime that runs on this thread, or that was entered on it. `None` if there is none, and while the thread ends.
///
/// ```
/// let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// assert_eq!(resilient_runtime_id::current(), None);
/// assert_eq!(
///     runtime.block_on(async { resilient_runtime_id::current() }),
///     Some(runtime.handle().id())
/// );
/// ```
pub fn current() -> Option<Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}
