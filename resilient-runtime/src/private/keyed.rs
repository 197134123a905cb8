//! The state of a key in a pipeline.

use crate::core::sync::Arc;
use crate::keyed::cell::Cell;
use crate::keyed::key::Key;
use crate::keyed::per_key::PerKey;

/// What gives the state of a key: state per key, or an `Option` of it, of which `None` lets calls pass.
pub trait GivesCell {
    /// The state, which is not forgotten as long as this lives.
    type Cell;

    /// The state of a key.
    fn cell<K: Key + ?Sized>(self, key: &K) -> Self::Cell;
}

impl<T: Cell> GivesCell for &PerKey<T> {
    type Cell = Arc<T>;

    fn cell<K: Key + ?Sized>(self, key: &K) -> Arc<T> {
        PerKey::cell(self, key)
    }
}

impl<T: Cell> GivesCell for Option<&PerKey<T>> {
    type Cell = Option<Arc<T>>;

    fn cell<K: Key + ?Sized>(self, key: &K) -> Option<Arc<T>> {
        self.map(|per_key| per_key.cell(key))
    }
}

/// The state of a key. It is found before the layer's first `await`, so nothing of the key is kept.
#[inline]
pub fn cell<G: GivesCell, K: Key + ?Sized>(per_key: G, key: &K) -> G::Cell {
    per_key.cell(key)
}
