//! What both kinds of window know of a call.

/// What a window remembers of a call.
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

/// Stands for a generation or a slice that no call is of: every call then takes the lock.
pub(super) const NONE: u64 = u64::MAX;
