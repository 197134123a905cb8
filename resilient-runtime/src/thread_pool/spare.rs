//! Unused tasks, kept for the next call of the same function.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::core::sync::KEPT_TASKS;
use crate::thread_pool::task::{Job, Task};

/// By the type of the task. There is one for each function that moves its body to a thread, so their number is bounded.
type Spare = HashMap<TypeId, Vec<Arc<dyn Any + Send + Sync>>>;

static SPARE: Mutex<Option<Spare>> = Mutex::new(None);

pub(super) fn take_or_make<T, F>(job: Job<F>) -> Arc<Task<F, T>>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let spare = spare().get_or_insert_default().get_mut(&TypeId::of::<Task<F, T>>()).and_then(Vec::pop);
    match spare.and_then(|task| task.downcast::<Task<F, T>>().ok()) {
        Some(task) => {
            task.renew(job);
            task
        }
        None => Arc::new(Task::new(job)),
    }
}

/// Keeps an idle task. No thread may still take it for the one that it was.
pub(super) fn keep<T, F>(task: Arc<Task<F, T>>)
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let mut spare = spare();
    let fitting = spare.get_or_insert_default().entry(TypeId::of::<Task<F, T>>()).or_default();
    if fitting.len() < KEPT_TASKS {
        fitting.push(task);
    }
}

fn spare() -> MutexGuard<'static, Option<Spare>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many tasks of this type are kept.
#[cfg(all(test, not(resilient_loom)))]
pub(super) fn kept<F: 'static, T: 'static>() -> usize {
    spare().get_or_insert_default().get(&TypeId::of::<Task<F, T>>()).map_or(0, Vec::len)
}
