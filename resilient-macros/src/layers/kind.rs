//! The list of the attributes.

/// `for_each_layer!(declare)` hands the list to the macro `declare`: a line for each attribute, with the name that users
/// write, which is its module's as well, and the name of its type.
macro_rules! for_each_layer {
    ($declare:ident) => {
        $declare! {
            retry: Retry,
            circuit_breaker: CircuitBreaker,
            timeout: Timeout,
            bulkhead: Bulkhead,
            fallback: Fallback,
        }
    };
}
pub(crate) use for_each_layer;

macro_rules! kinds {
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
                    $(Self::$Kind => stringify!($name),)*
                }
            }

            /// Its name among the runtime's types.
            pub(crate) const fn type_name(self) -> &'static str {
                match self {
                    $(Self::$Kind => stringify!($Kind),)*
                }
            }
        }
    };
}

for_each_layer!(kinds);
