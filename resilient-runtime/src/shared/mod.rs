//! State that calls share: atomics around the pure decisions of `policy`.

pub(crate) mod alarms;
mod breaker_state;
pub(crate) mod bulkhead;
pub(crate) mod circuit_breaker;
mod conflict;
pub(crate) mod functions;
pub(crate) mod linked_queue;
#[cfg(all(test, resilient_loom))]
mod models;
pub(crate) mod registry;
pub(crate) mod semaphore;
pub(crate) mod shards;
pub(crate) mod similar;
pub(crate) mod site;
pub(crate) mod verify;
pub(crate) mod window;
