//! What a window remembers of a call.

/// Whether a call failed and whether it was slow. A good call is neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) failed: bool,
    pub(crate) slow: bool,
}

impl Call {
    pub(crate) const fn is_good(self) -> bool {
        !self.failed && !self.slow
    }
}

/// A number that no generation and no slice has. While a window compares calls with it, every call takes the lock.
pub(crate) const NONE: u64 = u64::MAX;
