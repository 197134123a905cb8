//! A yes or no that follows from settings which may be replaced while calls ask it.

#[cfg(feature = "config")]
use crate::core::sync::word::{AtomicBool, Ordering};

/// Kept beside the settings, so that a call which needs nothing else of them reads one byte.
///
/// With the feature `config` it changes with the settings, but not at the same moment: a call between the two is one that asked
/// before the change. Relaxed, because nothing else is published by it.
#[derive(Debug)]
pub(crate) struct LiveFlag {
    #[cfg(not(feature = "config"))]
    is_set: bool,
    #[cfg(feature = "config")]
    is_set: AtomicBool,
}

#[cfg(not(feature = "config"))]
impl LiveFlag {
    pub(crate) const fn new(is_set: bool) -> Self {
        Self { is_set }
    }

    #[inline]
    pub(crate) const fn get(&self) -> bool {
        self.is_set
    }
}

#[cfg(feature = "config")]
impl LiveFlag {
    pub(crate) const fn new(is_set: bool) -> Self {
        Self { is_set: AtomicBool::new(is_set) }
    }

    #[inline]
    pub(crate) fn get(&self) -> bool {
        self.is_set.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, is_set: bool) {
        self.is_set.store(is_set, Ordering::Relaxed);
    }
}
