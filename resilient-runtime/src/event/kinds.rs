//! Which events a listener wants.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

/// A set of kinds of events. `|` joins two sets.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::events::Kinds;
///
/// let wanted = Kinds::CHANGES | Kinds::RETRIES;
/// assert!(wanted.contains(Kinds::RETRIES));
/// assert!(!wanted.contains(Kinds::REFUSALS));
/// assert_eq!(wanted.to_string(), "CHANGES | RETRIES");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct Kinds(u32);

/// Declares the sets, a line for each: what is in it, and its name.
macro_rules! sets {
    ($($(#[$meta:meta])* $NAME:ident = $bit:expr;)*) => {
        impl Kinds {
            $($(#[$meta])* pub const $NAME: Self = Self(1 << $bit);)*

            const NAMED: &'static [(Self, &'static str)] = &[$((Self::$NAME, stringify!($NAME))),*];

            /// Every event.
            pub const ALL: Self = Self($((1 << $bit))|*);
        }
    };
}

sets! {
    /// [`CallFinished`](crate::events::Event::CallFinished). Whoever wants it makes each call read the clock twice.
    CALLS = 0;
    /// [`BreakerChanged`](crate::events::Event::BreakerChanged).
    CHANGES = 1;
    /// [`RetryScheduled`](crate::events::Event::RetryScheduled) and
    /// [`RetriesExhausted`](crate::events::Event::RetriesExhausted).
    RETRIES = 2;
    /// Calls that were refused or timed out.
    REFUSALS = 3;
    /// [`BulkheadWaited`](crate::events::Event::BulkheadWaited).
    WAITS = 4;
    /// [`FallbackUsed`](crate::events::Event::FallbackUsed).
    FALLBACKS = 5;
    /// [`HedgeSent`](crate::events::Event::HedgeSent) and [`HedgeWon`](crate::events::Event::HedgeWon). Whoever wants them
    /// makes each hedged call read the clock.
    HEDGES = 6;
    /// [`ConfigApplied`](crate::events::Event::ConfigApplied) and
    /// [`ConfigRejected`](crate::events::Event::ConfigRejected).
    CONFIG = 7;
}

impl Kinds {
    /// No event.
    pub const NONE: Self = Self(0);

    /// Whether all of `other` are in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether one of `other` is in this set.
    #[cfg(feature = "tracing")]
    pub(crate) const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The union of two sets, where `|` cannot be used: in constants.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn bits(self) -> u32 {
        self.0
    }
}

impl BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl BitOrAssign for Kinds {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.union(other);
    }
}

/// `CHANGES | RETRIES`, or `NONE`.
impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Self::NAMED.iter().filter(|(set, _)| self.contains(*set)).map(|(_, name)| *name).collect();
        if names.is_empty() { f.write_str("NONE") } else { f.write_str(&names.join(" | ")) }
    }
}
