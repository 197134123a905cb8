//! Values that one setting cannot have.

use std::fmt::Display;
use std::time::Duration;

/// What is wrong with a count of zero, as a constant of the setting's name.
#[macro_export]
macro_rules! at_least_one {
    ($name:literal) => {
        ::core::concat!("`", $name, "` must be at least 1")
    };
}

/// What is wrong with a share of calls that [`is_share_of_calls`](crate::bounds::is_share_of_calls) refuses, as a constant
/// of the setting's name.
#[macro_export]
macro_rules! share_of_calls {
    ($name:literal) => {
        ::core::concat!("`", $name, "` must be above 0 and at most 1")
    };
}

/// A count is at least 1.
pub fn at_least_one(name: impl Display, count: u32) -> Option<String> {
    (count == 0).then(|| format!(at_least_one!("{name}"), name = name))
}

/// A duration is longer than zero.
pub fn longer_than_zero(name: impl Display, duration: Duration) -> Option<String> {
    duration.is_zero().then(|| format!("`{name}` must be longer than zero"))
}

/// A share of calls can be reached: above 0, at most 1.
#[inline]
pub const fn is_share_of_calls(share: f64) -> bool {
    share > 0.0 && share <= 1.0
}

/// The same, in words.
pub fn share_of_calls(name: impl Display, share: f64) -> Option<String> {
    (!is_share_of_calls(share)).then(|| format!(share_of_calls!("{name}"), name = name))
}

/// Something grows or stays by this factor.
#[inline]
pub const fn is_growth(factor: f64) -> bool {
    factor >= 1.0 && factor.is_finite()
}

/// The same, in words. `otherwise` is what a smaller factor does.
pub fn growth(name: impl Display, factor: f64, otherwise: &str) -> Option<String> {
    if factor == f64::INFINITY {
        return Some(format!("`{name}` is too large"));
    }
    let least = || format!(at_least_one!("{name}"), name = name);
    (!is_growth(factor)).then(|| format!("{}, or {otherwise}", least()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_refused_where_something_is_needed() {
        assert_eq!(at_least_one("burst", 0).as_deref(), Some(at_least_one!("burst")));
        assert_eq!(at_least_one("burst", 1), None);
        assert_eq!(longer_than_zero("per", Duration::ZERO).as_deref(), Some("`per` must be longer than zero"));
        assert_eq!(longer_than_zero("per", Duration::from_nanos(1)), None);
    }

    #[test]
    fn bounds_are_inclusive_or_exclusive() {
        let numbers = [f64::MIN_POSITIVE, 1.0, 0.0, -0.5, 1.1, f64::NAN];
        assert_eq!(numbers.map(is_share_of_calls), [true, true, false, false, false, false]);
        assert_eq!(numbers.map(|share| share_of_calls("rate", share).is_none()), numbers.map(is_share_of_calls));
        assert_eq!(share_of_calls("rate", 0.0).as_deref(), Some(share_of_calls!("rate")));
        let factors = [1.0, 2.0, 0.9, -1.0, f64::INFINITY, f64::NAN];
        assert_eq!(factors.map(is_growth), [true, true, false, false, false, false]);
        let words = |factor| growth("base", factor, "it would shrink");
        assert_eq!(factors.map(|factor| words(factor).is_none()), factors.map(is_growth));
        assert_eq!(words(f64::INFINITY).as_deref(), Some("`base` is too large"));
        assert_eq!(words(f64::NAN).as_deref(), Some("`base` must be at least 1, or it would shrink"));
    }
}
