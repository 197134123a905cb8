//! What the body of a call may know of the attempt that it is.

use std::time::Duration;

/// One attempt of a call. From [`Attempts::next`](crate::Attempts::next), or by `bind` in an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    number: u32,
    last: bool,
    elapsed: Duration,
}

impl Attempt {
    /// The attempt `number`, counted from 1, that begins so long after the first.
    pub(crate) const fn new(number: u32, last: bool, elapsed: Duration) -> Self {
        Self { number, last, elapsed }
    }

    /// The number of the attempt, counted from 1.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Whether the settings allow no attempt after this one: `max_attempts` of a retry; `max_hedges` or the items of a
    /// hedge. `max_elapsed`, a budget or a deadline may end the attempts earlier.
    pub const fn is_last(self) -> bool {
        self.last
    }

    /// The time from the start of the first attempt to the start of this one.
    pub const fn elapsed(self) -> Duration {
        self.elapsed
    }
}
