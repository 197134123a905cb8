//! The refusals: the errors that layers make themselves. A new one is a line in the list below.

/// Declares all refusals, a line for each: its name among the runtime's kinds of error, its name in settings and the
/// attribute that makes it; and whether a setting can name it, and whether it is worth another attempt where no setting
/// says which are.
macro_rules! refusals {
    ($($Kind:ident, $word:literal, $attribute:literal, named: $is_named:literal, retried: $is_retried:literal;)*) => {
        /// A kind of error that the runtime has.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Refusal {
            $($Kind,)*
        }

        impl Refusal {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$Kind),*];

            /// Its name among the runtime's kinds of error.
            pub(crate) const fn kind(self) -> &'static str {
                match self {
                    $(Self::$Kind => stringify!($Kind),)*
                }
            }

            /// Its name in settings.
            pub(crate) const fn word(self) -> &'static str {
                match self {
                    $(Self::$Kind => $word,)*
                }
            }

            /// The attribute that makes it.
            pub(crate) const fn attribute(self) -> &'static str {
                match self {
                    $(Self::$Kind => $attribute,)*
                }
            }

            const fn is_named(self) -> bool {
                match self {
                    $(Self::$Kind => $is_named,)*
                }
            }

            /// Whether it is worth another attempt where no setting says which are.
            pub(crate) const fn is_retried_by_default(self) -> bool {
                match self {
                    $(Self::$Kind => $is_retried,)*
                }
            }
        }
    };
}

refusals! {
    TimedOut, "timed_out", "timeout", named: true, retried: true;
    BulkheadFull, "bulkhead_full", "bulkhead", named: true, retried: true;
    CircuitOpen, "circuit_open", "circuit_breaker", named: true, retried: false;
    RateLimited, "rate_limited", "rate_limit", named: true, retried: false;
    Shed, "shed", "adaptive_throttle", named: true, retried: false;
    NoItems, "no_items", "hedge", named: false, retried: false;
    RetriesExhausted, "retries_exhausted", "retry", named: false, retried: true;
}

impl Refusal {
    /// Whether it says when a call would pass again.
    pub(crate) const fn tells_when(self) -> bool {
        matches!(self, Self::CircuitOpen | Self::RateLimited)
    }

    /// Those that a setting can name.
    pub(crate) fn named() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|refusal| refusal.is_named())
    }
}
