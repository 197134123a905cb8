//! How often breakers of each name came to each state, for metrics.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::core::circuit_state::CircuitState;
use crate::core::name::Name;

/// A change of state takes a lock of its breaker anyway. A breaker stays as small as it is.
static COUNTS: Mutex<BTreeMap<Name, [u64; CircuitState::ALL.len()]>> = Mutex::new(BTreeMap::new());

/// Counts a change of a breaker of this name to this state.
pub(super) fn count(name: Name, state: CircuitState) {
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    counts.entry(name).or_default()[state as usize] += 1;
}

/// Calls a function with each count that is not zero.
pub(crate) fn each(mut visit: impl FnMut(Name, CircuitState, u64)) {
    let counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for (name, counts) in counts {
        for state in CircuitState::ALL {
            visit(name, state, counts[state as usize]);
        }
    }
}
