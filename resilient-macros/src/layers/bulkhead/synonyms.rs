//! What other libraries call the settings of `#[bulkhead]`.

use crate::parse::synonyms::Write::Name;
use crate::parse::synonyms::{Synonym, row};

pub(crate) const SYNONYMS: &[Synonym] = &[
    row("capacity", "max_concurrent", Name, ""),
    row("concurrency", "max_concurrent", Name, ""),
    row("limit", "max_concurrent", Name, ""),
    row("max_calls", "max_concurrent", Name, ""),
    row("max_concurrent_calls", "max_concurrent", Name, ""),
    row("max_parallelization", "max_concurrent", Name, ""),
    row("max_workers", "max_concurrent", Name, ""),
    row("permits", "max_concurrent", Name, ""),
    row("value", "max_concurrent", Name, ""),
    row("core_thread_pool_size", "threads", Name, ""),
    row("max_thread_pool_size", "threads", Name, ""),
    row("max_threads", "threads", Name, ""),
    row("pool_size", "threads", Name, ""),
    row("thread_pool_size", "threads", Name, ""),
    row("worker_threads", "threads", Name, ""),
    row("max_wait_duration", "max_wait", Name, ""),
    row("timeout", "max_wait", Name, ""),
    row("max_queuing_actions", "max_queue", Name, ""),
    row("max_waiting", "max_queue", Name, ""),
    row("queue_capacity", "max_queue", Name, ""),
    row("queue_size", "max_queue", Name, ""),
    row("waiting_task_queue", "max_queue", Name, ""),
    row("keep_alive_duration", "keep_alive", Name, ""),
    row("thread_keep_alive", "keep_alive", Name, ""),
];
