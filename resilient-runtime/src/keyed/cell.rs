//! What a store of state per key asks of the state.

use std::fmt::Debug;
use std::ops::AddAssign;

use crate::core::shared_state::SharedState;

/// State of which there is one for each key.
pub trait Cell: SharedState + Send {
    /// Totals of what it did.
    type Stats: AddAssign + Copy + Default + Debug + Send + Sync;
    /// What messages call the state of all keys of one name.
    const PER_KEY: &'static str;

    /// A new one for another key, with the same name and settings, and little memory.
    fn another(&self) -> Self;

    /// Changes its settings, and loses nothing of what it has seen that still counts.
    #[cfg(feature = "config")]
    fn change(&self, policy: Self::Policy);

    /// What is lost if it is forgotten, while no call uses it.
    fn worth(&self) -> Worth;

    /// Its totals.
    fn totals(&self) -> Self::Stats;
}

/// What is lost if a cell is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// Nothing: a new one would equal it.
    Nothing,
    /// What it has seen. It goes if there is no room for all keys.
    Memory,
    /// A protection whose time is over, and which the next call would test. It goes if no call comes for long.
    Spent,
    /// A protection. It never goes.
    Protection,
}
