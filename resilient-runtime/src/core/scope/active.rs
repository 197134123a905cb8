//! Which scope is current on a thread: the one that was activated last, of those of the thread and of the tokio runtime
//! that runs on it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use resilient_runtime_id::current as current_runtime;
use tokio::runtime::Id;

use crate::core::scope::Scope;
use crate::core::sync::word::AtomicU64;

/// A scope that is current somewhere.
#[derive(Clone)]
struct Activation {
    /// Later ones are larger. Never zero.
    number: u64,
    scope: Arc<Scope>,
}

/// Counts activations. Relaxed: who runs in a scope was started by, or is, the thread that activated it; others need
/// not see it. Zero as long as there was no scope: then nobody looks further.
static LAST: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static HERE: RefCell<Vec<Activation>> = const { RefCell::new(Vec::new()) };
}

type OfRuntimes = HashMap<Id, Vec<Activation>>;

static OF_RUNTIMES: Mutex<Option<OfRuntimes>> = Mutex::new(None);

fn of_runtimes<R>(act: impl FnOnce(&mut OfRuntimes) -> R) -> R {
    act(OF_RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

/// The numbers of the activations that were ended on another thread than their own.
static ENDED_ELSEWHERE: Mutex<Vec<u64>> = Mutex::new(Vec::new());

/// The scope that is current on this thread.
pub(crate) fn current() -> Option<Arc<Scope>> {
    if LAST.load(Ordering::Relaxed) == 0 {
        return None;
    }
    let here = HERE.try_with(|here| last_here(&mut here.borrow_mut())).ok().flatten();
    let of_runtime = current_runtime().and_then(|id| of_runtimes(|all| all.get(&id)?.last().cloned()));
    here.into_iter().chain(of_runtime).max_by_key(|activation| activation.number).map(|activation| activation.scope)
}

fn last_here(here: &mut Vec<Activation>) -> Option<Activation> {
    let mut ended = ENDED_ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner);
    if !ended.is_empty() {
        here.retain(|known| match ended.iter().position(|number| *number == known.number) {
            Some(index) => {
                ended.swap_remove(index);
                false
            }
            None => true,
        });
    }
    here.last().cloned()
}

/// As long as it lives, a scope is current where it was activated.
pub(crate) struct Active {
    number: u64,
    runtime: Option<Id>,
}

/// Makes a scope current in the runtime of this thread, or if there is none, on this thread.
pub(crate) fn activate_here(scope: &Arc<Scope>) -> Active {
    match current_runtime() {
        Some(id) => {
            let activation = Activation::of(scope);
            let number = activation.number;
            of_runtimes(|all| all.entry(id).or_default().push(activation));
            Active { number, runtime: Some(id) }
        }
        None => enter(scope),
    }
}

/// Makes a scope current on this thread.
pub(crate) fn enter(scope: &Arc<Scope>) -> Active {
    let activation = Activation::of(scope);
    let number = activation.number;
    // While the thread ends, nothing is current on it.
    let _ = HERE.try_with(|here| here.borrow_mut().push(activation));
    Active { number, runtime: None }
}

impl Activation {
    fn of(scope: &Arc<Scope>) -> Self {
        Self { number: LAST.fetch_add(1, Ordering::Relaxed) + 1, scope: Arc::clone(scope) }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        let ends = |known: &mut Vec<Activation>| {
            let index = known.iter().position(|known| known.number == self.number);
            // Dropped by the caller, without a lock: the last one drops what the scope keeps.
            index.map(|index| known.remove(index))
        };
        let ended = match self.runtime {
            Some(id) => of_runtimes(|all| {
                let known = all.get_mut(&id)?;
                let ended = ends(known);
                if known.is_empty() {
                    all.remove(&id);
                }
                ended
            }),
            None => HERE.try_with(|here| ends(&mut here.borrow_mut())).ok().flatten(),
        };
        if ended.is_none() && self.runtime.is_none() {
            ENDED_ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner).push(self.number);
        }
    }
}
