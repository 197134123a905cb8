//! The refusals: the errors that layers make themselves. A new one is a line in the list below.

use std::fmt::Display;

/// Declares all refusals, a line for each: its name among the runtime's kinds of error, its name in settings and the
/// attribute that makes it; and whether a setting can name it, and whether it is worth another attempt where no setting
/// says which are.
macro_rules! refusals {
    ($($Kind:ident, $word:literal, $attribute:literal, named: $is_named:literal, retried: $is_retried:literal;)*) => {
        /// A kind of error that the runtime has.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Refusal {
            $(
                #[doc = concat!("That of `", $attribute, "`.")]
                $Kind,
            )*
        }

        impl Refusal {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$Kind),*];

            /// Its name among the runtime's kinds of error.
            pub const fn kind(self) -> &'static str {
                match self {
                    $(Self::$Kind => stringify!($Kind),)*
                }
            }

            /// Its name in settings.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$Kind => $word,)*
                }
            }

            /// The attribute that makes it.
            pub const fn attribute(self) -> &'static str {
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
            pub const fn is_retried_by_default(self) -> bool {
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
    /// What makes it, as it is written.
    pub const fn maker(self) -> &'static str {
        match self {
            Self::RetriesExhausted => "retry(exhausted = wrap)",
            _ => self.attribute(),
        }
    }

    /// Whether it says when a call would pass again.
    pub const fn tells_when(self) -> bool {
        matches!(self, Self::CircuitOpen | Self::RateLimited)
    }

    /// Those that a setting can name.
    pub fn named() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|refusal| refusal.is_named())
    }
}

/// A setting names refusals, and none is there.
pub fn no_refusal(setting: impl Display) -> String {
    format!("`{setting}()` names no refusal")
}

/// A setting names a refusal more than once.
pub fn named_twice(word: impl Display) -> String {
    format!("`{word}` is named twice: keep one")
}

/// A word names no refusal.
pub fn unknown(word: impl Display) -> String {
    format!("unknown refusal `{word}`")
}

/// A refusal is named above a layer that nothing below it makes.
pub fn never_reaches(refusal: Refusal, layer: &str) -> String {
    format!(
        "`{}` never reaches this `{layer}`: put a `{}` below it and no `fallback` between, or remove the word",
        refusal.word(),
        refusal.maker(),
    )
}
