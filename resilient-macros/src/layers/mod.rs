//! The attributes. A new one is a folder beside this file, and a line in the list below.

pub(crate) mod adaptive_throttle;
pub(crate) mod bulkhead;
pub(crate) mod circuit_breaker;
pub(crate) mod fallback;
pub(crate) mod hedge;
pub(crate) mod rate_limit;
pub(crate) mod retry;
pub(crate) mod retry_budget;
pub(crate) mod timeout;

use proc_macro2::Span;

use crate::describe::described::Describe;
use crate::diagnostics::Errors;
use crate::expand::context::Expand;
use crate::facts::{HasFacts, Named};
use crate::parse::args::{Args, FromArgs};
use crate::parse::setting::Settings;
#[cfg(test)]
use crate::parse::synonyms::Synonym;
use crate::validate::rules::Rules;

impl Kind {
    /// The names of those that stand on functions: a retry budget stands on statics alone.
    pub(crate) fn names_on_functions() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().filter(|kind| **kind != Self::RetryBudget).map(|kind| kind.name())
    }
}

/// An attribute with its settings: what each room of the crate asks of it.
pub(crate) trait Layer: HasFacts + Rules + Describe + Expand {}

impl<T: HasFacts + Rules + Describe + Expand> Layer for T {}

/// Declares all attributes, a line for each: the name that users write, which is its module's as well, and its type.
macro_rules! layers {
    ($($name:ident: $Kind:ident,)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Kind {
            $($Kind,)*
        }

        impl Kind {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$Kind),*];

            /// The attribute's name as users write it.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$Kind => $name::model::$Kind::NAME,)*
                }
            }

            /// The names of its settings.
            pub(crate) const fn settings(self) -> &'static [&'static str] {
                match self {
                    $(Self::$Kind => <$name::model::$Kind as FromArgs>::Settings::NAMES,)*
                }
            }

            /// The settings in whose place a value may stand without a name.
            pub(crate) const fn alone(self) -> &'static [&'static str] {
                match self {
                    $(Self::$Kind => $name::model::$Kind::ALONE,)*
                }
            }

            /// What other libraries call its settings.
            #[cfg(test)]
            pub(crate) const fn synonyms(self) -> &'static [Synonym] {
                match self {
                    $(Self::$Kind => <$name::model::$Kind as FromArgs>::Settings::SYNONYMS,)*
                }
            }

            /// Reads the settings of an attribute of this kind.
            pub(crate) fn parse(self, args: Args, span: Span, errors: &mut Errors) -> Box<dyn Layer> {
                match self {
                    $(Self::$Kind => Box::new($name::model::$Kind::from_args(args, span, errors)),)*
                }
            }
        }

        $(impl Named for $name::model::$Kind {
            const NAME: &'static str = stringify!($name);
            const TYPE: &'static str = stringify!($Kind);
        })*
    };
}

layers! {
    retry: Retry,
    hedge: Hedge,
    circuit_breaker: CircuitBreaker,
    adaptive_throttle: AdaptiveThrottle,
    rate_limit: RateLimiter,
    timeout: Timeout,
    bulkhead: Bulkhead,
    retry_budget: RetryBudget,
    fallback: Fallback,
}
