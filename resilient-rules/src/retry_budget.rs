//! The settings of a retry budget.

/// What a call earns, where nobody says so.
pub const SHARE: f64 = 0.2;
/// What a second earns, where nobody says so.
pub const MIN_PER_SECOND: u32 = 10;
/// What is kept at most, where nobody says so.
pub const BURST: u32 = 100;

/// Which calls earn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarnedBy {
    /// All of them.
    Calls,
    /// Those that succeed.
    Successes,
}

/// The words that `earned_by` takes.
pub const EARNED_BY: [(&str, EarnedBy); 2] = [("calls", EarnedBy::Calls), ("successes", EarnedBy::Successes)];

/// What is wrong with a share that [`is_share`] refuses.
pub const BAD_SHARE: &str = "`share` must be from 0 to 10";

/// What a call can earn.
pub const fn is_share(share: f64) -> bool {
    share >= 0.0 && share <= 10.0
}

/// Something is earned.
pub fn nothing_is_earned(share: f64, min_per_second: u32) -> Option<&'static str> {
    (share == 0.0 && min_per_second == 0).then_some("with `share = 0` and `min_per_second = 0` no retry is ever earned")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_or_seconds_earn() {
        assert_eq!([0.0, 10.0, -0.1, 10.1, f64::NAN].map(is_share), [true, true, false, false, false]);
        assert!(nothing_is_earned(0.0, 0).is_some());
        assert_eq!([nothing_is_earned(0.1, 0), nothing_is_earned(0.0, 1)], [None, None]);
    }
}
