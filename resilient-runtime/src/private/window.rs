//! A breaker's window that is given by an expression: a count of calls or a time.
//!
//! Generated code passes `window(EXPR)` the policy, by `__resilient_set`.

#![allow(clippy::unused_self, reason = "methods are chosen by the type of what they are called on")]

use std::time::Duration;

use crate::circuit_breaker::policy::BreakerPolicy;
use crate::private::count::count;
use crate::private::given::{Given, Wrong};

/// What a window can be.
#[diagnostic::on_unimplemented(
    message = "a `window` is a count of calls, of an unsigned type, or a `Duration`, and this is `{Self}`",
    label = "expected a count or a `Duration`, found `{Self}`"
)]
pub trait WindowSize {}

/// A window of this size.
pub const fn window<T: WindowSize + Copy>(size: T) -> Given<T> {
    Given(size)
}

impl WindowSize for Duration {}

impl Given<Duration> {
    /// The policy with a window of that time.
    #[track_caller]
    pub const fn __resilient_set(self, policy: BreakerPolicy) -> BreakerPolicy {
        policy.time_window(self.0)
    }
}

macro_rules! counts {
    ($($unsigned:ident)*) => {
        $(
            impl WindowSize for $unsigned {}

            impl Given<$unsigned> {
                /// The policy with a window of so many calls.
                #[track_caller]
                pub const fn __resilient_set(self, policy: BreakerPolicy) -> BreakerPolicy {
                    policy.count_window(count(self.0).__resilient_constant_count())
                }
            }
        )*
    };
}

counts!(u8 u16 u32 u64 u128 usize);

impl<T> Wrong<T> {
    /// Never called.
    pub const fn __resilient_set(&self, policy: BreakerPolicy) -> BreakerPolicy {
        policy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_a_count_or_a_time() {
        let policy = BreakerPolicy::new().failure_rate(0.5);
        assert_eq!(window(50_usize).__resilient_set(policy), policy.count_window(50));
        assert_eq!(window(50_u8).__resilient_set(policy), policy.count_window(50));
        let time = Duration::from_secs(10);
        assert_eq!(window(time).__resilient_set(policy), policy.time_window(time));
    }
}
