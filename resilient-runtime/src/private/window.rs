//! A breaker's window as an attribute gives it by an expression: a count of calls or a time. In a `const`, where no
//! trait's method can be called.

#![allow(clippy::unused_self, reason = "methods are chosen by the type of what they are called on")]

use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

use crate::policy::breaker::BreakerPolicy;
use crate::private::count::count;

/// What a window can be.
#[diagnostic::on_unimplemented(
    message = "a `window` is a count of calls, of an unsigned type, or a `Duration`, and this is `{Self}`",
    label = "expected a count or a `Duration`, found `{Self}`"
)]
pub trait WindowSize {}

/// A window of this size.
#[derive(Clone, Copy, Debug)]
pub struct Window<T>(T);

/// Takes the place of one of a wrong type, of which [`WindowSize`] has already said what is wrong.
#[derive(Clone, Copy, Debug)]
pub struct NoWindow<T>(PhantomData<fn() -> T>);

/// A window of this size.
pub const fn window<T: WindowSize + Copy>(size: T) -> Window<T> {
    Window(size)
}

impl WindowSize for Duration {}

impl Window<Duration> {
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

            impl Window<$unsigned> {
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

impl<T> Deref for Window<T> {
    type Target = NoWindow<T>;

    fn deref(&self) -> &NoWindow<T> {
        &NoWindow(PhantomData)
    }
}

impl<T> NoWindow<T> {
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
