//! The policies that configurations have given layers, in place of those that are written.
//!
//! None is ever freed, because a call that began with it may still use it, and equal ones are one: so a program that is
//! configured again and again with a few sets of values keeps a few policies.

use crate::core::numbered::Numbered;
use crate::core::part::Part;
use crate::retry::settings::Settings;
use crate::timeout::policy::TimeoutPolicy;

/// A policy that a configuration replaces.
pub(crate) trait Replaces: Copy + PartialEq + Send + Sync + 'static {
    fn table() -> &'static Numbered<Self>;

    /// The number of this policy, from 1, the same for equal ones. `None` if there have been too many.
    fn number(self) -> Option<u32> {
        Self::table().find_or_add(|known| *known == self, || self)
    }

    /// The policy of this number.
    #[inline]
    fn numbered(number: u32) -> Option<&'static Self> {
        Self::table().get(number)
    }
}

/// Each has one table. No model uses it, because it outlives each.
macro_rules! replaces {
    ($($Policy:ty),*) => {$(
        impl Replaces for $Policy {
            fn table() -> &'static Numbered<Self> {
                #[cfg(not(resilient_loom))]
                static TABLE: Numbered<$Policy> = Numbered::new();
                #[cfg(resilient_loom)]
                static TABLE: std::sync::LazyLock<Numbered<$Policy>> = std::sync::LazyLock::new(Numbered::new);
                &TABLE
            }
        }
    )*};
}

replaces!(Settings, TimeoutPolicy, Part<Settings>, Part<TimeoutPolicy>);
