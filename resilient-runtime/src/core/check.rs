//! Checks of settings, which also run in `const`.

use std::time::Duration;

pub(crate) use resilient_rules::bounds::{is_growth, is_share_of_calls as is_rate};

/// Checks the value in a setter of a policy. A problem is a compile error in a `const` and a panic in debug builds; in
/// release builds the value is corrected where it is used.
#[track_caller]
pub(crate) const fn debug_check(problem: Option<&'static str>) {
    if cfg!(debug_assertions) {
        check(problem);
    }
}

/// Panics with the problem: a compile error where it is called in a `const`.
#[track_caller]
pub(crate) const fn check(problem: Option<&'static str>) {
    if let Some(problem) = problem {
        panic!("{}", problem);
    }
}

/// A value that a setting cannot have, or settings that contradict each other. From the setters of policies that begin
/// with `try_`; in the words of the compile errors about a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSetting(&'static str);

/// The policy, if there is no problem with it.
pub(crate) const fn valid<P: Copy>(policy: P, problem: Option<&'static str>) -> Result<P, InvalidSetting> {
    match problem {
        None => Ok(policy),
        Some(problem) => Err(InvalidSetting(problem)),
    }
}

/// The first problem of a list, in `const`.
pub(crate) const fn first_of<const N: usize>(rules: [(bool, &'static str); N]) -> Option<&'static str> {
    let mut i = 0;
    while i < N {
        if rules[i].0 {
            return Some(rules[i].1);
        }
        i += 1;
    }
    None
}

/// `a < b`, which `Duration` does not offer in `const`.
pub(crate) const fn shorter(a: Duration, b: Duration) -> bool {
    a.as_nanos() < b.as_nanos()
}

/// In nanoseconds; `u64::MAX` for more than five hundred years.
#[inline]
pub(crate) fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_problem_is_found() {
        assert_eq!(first_of([(false, "one"), (true, "two"), (true, "three")]), Some("two"));
        assert_eq!(first_of([(false, "one"), (false, "two")]), None);
        assert_eq!(first_of([]), None);
    }

    #[cfg(debug_assertions)]
    #[test]
    #[should_panic(expected = "a problem")]
    fn a_setter_panics_in_debug_builds() {
        debug_check(None);
        debug_check(Some("a problem"));
    }

    #[test]
    fn nothing_is_shorter_than_itself() {
        let (less, more) = (Duration::from_nanos(1), Duration::from_nanos(2));
        assert_eq!([shorter(less, more), shorter(more, less), shorter(less, less)], [true, false, false]);
    }
}
