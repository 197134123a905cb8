//! The settings of a retry.

use std::fmt::Display;
use std::time::Duration;

use crate::bounds;
use crate::duration::shown;
use crate::in_force::InForce;

/// Attempts, the first included, where nobody says how many.
pub const MAX_ATTEMPTS: u32 = 3;
/// The first pause where nobody gives one.
pub const BASE_DELAY: Duration = Duration::from_millis(100);
/// The longest pause where nobody gives one.
pub const MAX_DELAY: Duration = Duration::from_secs(60);
/// How pauses grow where nobody says so.
pub const EXPONENTIAL_BASE: f64 = 2.0;
/// The longest pause that a server can ask for, where nobody gives one.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);

/// How pauses grow, by a formula that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// By a factor.
    Exponential,
    /// By the same.
    Linear,
    /// Not at all.
    Constant,
    /// By the pause before.
    Fibonacci,
    /// At random.
    Decorrelated,
}

/// The formulas by their names, as `backoff` takes them.
pub const FORMULAS: [(&str, Formula); 5] = [
    ("exponential", Formula::Exponential),
    ("linear", Formula::Linear),
    ("constant", Formula::Constant),
    ("fibonacci", Formula::Fibonacci),
    ("decorrelated", Formula::Decorrelated),
];

/// The words that `jitter` takes: all of a pause is random, half of it, or nothing.
pub const JITTERS: [&str; 3] = ["full", "equal", "none"];

/// The word that `deadline` takes.
pub const IGNORE_DEADLINE: &str = "ignore";

/// A retry has two attempts at least.
pub fn never_retried(attempts: u32) -> Option<&'static str> {
    (attempts == 1).then_some("one attempt is never retried")
}

/// Pauses do not shrink.
pub fn exponential_base(base: f64) -> Option<String> {
    bounds::growth("exponential_base", base, "the pauses would shrink")
}

/// What is wrong with a factor that [`is_jitter`] refuses.
pub const JITTER: &str = "`jitter` must be from 0 to 1";

/// A pause differs by itself at most.
pub const fn is_jitter(factor: f64) -> bool {
    factor >= 0.0 && factor <= 1.0
}

/// Only one formula has a base to grow by. `None` is a list or a function.
pub fn base_of_another_formula(formula: Option<Formula>) -> Option<&'static str> {
    (formula != Some(Formula::Exponential)).then_some("`exponential_base` acts only with `backoff = exponential`")
}

/// One formula has no jitter. `None` is a list or a function.
pub fn jitter_of_random_pauses(formula: Option<Formula>) -> Option<&'static str> {
    (formula == Some(Formula::Decorrelated)).then_some("`backoff = decorrelated` is random by itself")
}

/// The first pause is no longer than the longest, said of the first.
pub fn base_above_longest(base: InForce<Duration>, longest: InForce<Duration>) -> Option<String> {
    (base.value > longest.value).then(|| format!("`base_delay` ({base}) is longer than `max_delay` ({longest})"))
}

/// The same, said of the longest.
pub fn longest_below_base(longest: InForce<Duration>, base: InForce<Duration>) -> Option<String> {
    (longest.value < base.value).then(|| format!("`max_delay` ({longest}) is shorter than `base_delay` ({base})"))
}

/// No pause of a list is longer than the longest.
pub fn pause_above_longest(pause: Duration, longest: InForce<Duration>) -> Option<String> {
    (pause > longest.value).then(|| format!("this pause ({}) is longer than `max_delay` ({longest})", shown(pause)))
}

/// The longest pause is zero, and the first is known only in a call.
pub const NO_PAUSE_IS_LEFT: &str = "`max_delay = 0s` takes every pause away";

/// The number of attempts is not limited, and nothing else ends them.
pub const NO_END: &str = "`unlimited` attempts need another end";

/// The number of attempts is not limited, and nothing is between them.
pub const NO_PAUSES: &str = "`unlimited` attempts need pauses";

/// The way out where a list ends in zero.
pub const END_THE_LIST: &str = "end the list with one that is longer than zero";

/// What spreads pauses, or makes them grow, if they are all zero.
pub fn never_acts_on_zero(name: impl Display) -> String {
    format!("`{name}` never acts on pauses of zero")
}

/// Whether a formula makes something else of a first pause of zero, or says what all pauses are. What a server asks for
/// is spread as well.
pub const fn formula_acts_on_zero(formula: Formula, is_asked: bool) -> bool {
    matches!((formula, is_asked), (Formula::Constant, _) | (Formula::Decorrelated, true))
}

/// A limit of pauses that do not grow acts on one of them, or allows more than the default does. `by` is what makes
/// them.
pub fn never_longer(by: &str, longest: Duration, limit: Duration) -> Option<String> {
    (!longest.is_zero() && longest <= limit && longest <= MAX_DELAY)
        .then(|| format!("`max_delay` never acts, since {by} makes no pause longer than {}", shown(longest)))
}

/// The time of a retry is not over before its first pause is. A time of zero is wrong by itself.
pub fn over_before_first_pause(time: Duration, least: Duration) -> Option<String> {
    (!time.is_zero() && time <= least).then(|| {
        format!(
            "`max_elapsed` ({}) is over before the first pause (at least {}) is, so nothing is retried",
            shown(time),
            shown(least),
        )
    })
}

/// Nobody asks for a pause.
pub const NOBODY_ASKS: &str = "`max_retry_after` limits the pauses that `retry_after` finds, and there is none";

/// No success is tried again.
pub const NO_SUCCESS_IS_RETRIED: &str = "`retry_after_ok` finds the pause in a success that is tried again, and none is: add `retry_if_ok = …`, or remove it";

#[cfg(test)]
mod tests {
    use super::*;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_limit_and_what_it_limits_may_be_the_same() {
        let [less, more] = [InForce::given(millis(1)), InForce::new(millis(2), false)];
        let refused = base_above_longest(InForce::given(millis(3)), more);
        assert_eq!(refused.as_deref(), Some("`base_delay` (3ms) is longer than `max_delay` (2ms, the default)"));
        assert_eq!([base_above_longest(less, more), base_above_longest(less, less)], [None, None]);
        let refused = longest_below_base(less, more);
        assert_eq!(refused.as_deref(), Some("`max_delay` (1ms) is shorter than `base_delay` (2ms, the default)"));
        assert_eq!([longest_below_base(more, less), longest_below_base(less, less)], [None, None]);
        assert!(pause_above_longest(millis(2), less).is_some() && pause_above_longest(millis(1), less).is_none());
    }

    #[test]
    fn a_time_has_room_for_more_than_the_first_pause() {
        assert!(over_before_first_pause(millis(1), millis(1)).is_some());
        assert_eq!(over_before_first_pause(millis(2), millis(1)), None);
        assert_eq!(over_before_first_pause(Duration::ZERO, millis(1)), None);
    }

    #[test]
    fn a_limit_may_allow_more_than_the_default() {
        let longer = MAX_DELAY + millis(1);
        assert!(never_longer("the list", MAX_DELAY, longer).is_some());
        assert_eq!(never_longer("the list", longer, longer), None);
        assert_eq!(never_longer("the list", millis(2), millis(1)), None);
        assert_eq!(never_longer("the list", Duration::ZERO, millis(1)), None);
    }

    #[test]
    fn settings_belong_to_formulas() {
        let by_a_base = FORMULAS.map(|(_, formula)| base_of_another_formula(Some(formula)).is_none());
        assert_eq!(by_a_base, [true, false, false, false, false]);
        let jittered = FORMULAS.map(|(_, formula)| jitter_of_random_pauses(Some(formula)).is_none());
        assert_eq!(jittered, [true, true, true, true, false]);
        assert!(base_of_another_formula(None).is_some() && jitter_of_random_pauses(None).is_none());
        let on_zero = |asked| FORMULAS.map(|(_, formula)| formula_acts_on_zero(formula, asked));
        assert_eq!(on_zero(false), [false, false, true, false, false]);
        assert_eq!(on_zero(true), [false, false, true, false, true]);
    }

    #[test]
    fn a_factor_is_a_share_of_the_pause() {
        assert_eq!([0.0, 1.0, -0.1, 1.1, f64::NAN].map(is_jitter), [true, true, false, false, false]);
        assert_eq!([0, 1, 2].map(|attempts| never_retried(attempts).is_some()), [false, true, false]);
    }
}
