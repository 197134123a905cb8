//! The delays between attempts: pure functions of the attempt and of a random number.

use std::time::Duration;

use resilient_rules::retry::{JITTER, is_jitter};

use crate::core::check::shorter;

/// How delays grow. `d` is [`base_delay`](crate::RetryPolicy::base_delay), `n` counts the delays from 1.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{Backoff, RetryPolicy};
/// use std::time::Duration;
///
/// const STEPS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];
/// const LISTED: RetryPolicy = RetryPolicy::new().backoff(Backoff::List(&STEPS));
/// assert_eq!([1, 2, 3].map(|attempt| LISTED.delay(attempt).unwrap().as_secs()), [1, 5, 5]);
///
/// const SQUARES: RetryPolicy = RetryPolicy::new()
///     .backoff(Backoff::Custom(|attempt| Duration::from_secs(u64::from(attempt).pow(2))));
/// assert_eq!(
///     [1, 2, 9].map(|attempt| SQUARES.delay(attempt).unwrap().as_secs()),
///     [1, 4, 60]
/// );
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub enum Backoff {
    /// `d * exponential_base^(n-1)`.
    #[default]
    Exponential,
    /// `d * n`.
    Linear,
    /// `d`.
    Constant,
    /// `d * fib(n)`: 1, 1, 2, 3, 5, …
    Fibonacci,
    /// Uniform in `[d, 3 * previous delay]`, the first in `[d, 3 * d]`. It is random by itself, so jitter does not
    /// apply. From [Exponential Backoff And
    /// Jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    Decorrelated,
    /// What the function gives for the attempt that failed, counted from 1. No jitter unless it is set.
    Custom(fn(u32) -> Duration),
    /// The delays in order, the last one repeated. No jitter unless it is set. An empty list is invalid: it is `d`.
    List(&'static [Duration]),
}

/// The same formula, the same list, or the same function. A function may have several addresses, so that it can differ
/// from itself.
impl PartialEq for Backoff {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Custom(mine), Self::Custom(other)) => std::ptr::fn_addr_eq(mine, other),
            (Self::List(mine), Self::List(other)) => mine == other,
            (mine, other) => std::mem::discriminant(&mine) == std::mem::discriminant(&other),
        }
    }
}

impl Eq for Backoff {}

/// How a computed delay `d` is randomised, so that callers that failed together do not retry together.
///
/// The formulas of `Full` and `Equal` are those of
/// [Exponential Backoff And Jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
/// The result is capped by [`max_delay`](crate::RetryPolicy::max_delay).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Jitter {
    /// Uniform in `[0, d]`.
    #[default]
    Full,
    /// Uniform in `[d/2, d]`.
    Equal,
    /// `d` itself.
    None,
    /// Uniform in `[d * (1-f), d * (1+f)]`, with `f` from 0 to 1.
    Factor(f64),
}

impl Backoff {
    /// The delay after `attempt` failed attempts, before jitter; for `Decorrelated` the longest possible one.
    pub(crate) fn nominal(self, attempt: u32, base: Duration, exponential_base: f64, cap: Duration) -> Duration {
        let attempt = attempt.max(1);
        let delay = match self {
            Self::Constant => base,
            Self::Linear => times(base, u128::from(attempt)),
            Self::Fibonacci => times(base, fibonacci(attempt)),
            Self::Exponential => scaled(base, power(sane_base(exponential_base), attempt - 1)),
            Self::Decorrelated => scaled(base, power(3.0, attempt)),
            Self::Custom(delay) => delay(attempt),
            Self::List(delays) => listed(delays, attempt).unwrap_or(base),
        };
        delay.min(cap)
    }

    /// Whether its delays come from the base.
    pub(crate) const fn grows_from_base(self) -> bool {
        !matches!(self, Self::Custom(_) | Self::List(_))
    }

    /// The jitter if none is given.
    pub(crate) const fn usual_jitter(self) -> Jitter {
        if self.grows_from_base() { Jitter::Full } else { Jitter::None }
    }
}

/// The delay of a list that an attribute makes in each call.
pub fn of_list(delays: &[Duration], attempt: u32) -> Duration {
    listed(delays, attempt).unwrap_or_default()
}

/// The delay of a list after `attempt` failed attempts; `None` if the list is empty.
fn listed(delays: &[Duration], attempt: u32) -> Option<Duration> {
    let index = usize::try_from(attempt - 1).unwrap_or(usize::MAX);
    delays.get(index).or(delays.last()).copied()
}

/// What is wrong with a list, and its delays together with the longest that is allowed.
pub(crate) const fn list_problem(backoff: Backoff, cap: Duration) -> Option<&'static str> {
    let Backoff::List(mut delays) = backoff else { return None };
    if delays.is_empty() {
        return Some(EMPTY_LIST);
    }
    while let [first, rest @ ..] = delays {
        if shorter(cap, *first) {
            return Some(LIST_ABOVE_MOST);
        }
        delays = rest;
    }
    None
}

pub(crate) const LIST_ABOVE_MOST: &str = "no delay of the `backoff` list may be longer than `max_delay`";
pub(crate) const EMPTY_LIST: &str = "the `backoff` list must have at least one delay";

pub(crate) const fn jitter_problem(jitter: Jitter) -> Option<&'static str> {
    match jitter {
        Jitter::Factor(factor) if !is_jitter(factor) => Some(JITTER),
        _ => None,
    }
}

/// The next decorrelated delay; `previous` is the delay before it, or the base for the first.
pub(crate) fn decorrelated(base: Duration, previous: Duration, unit: f64, cap: Duration) -> Duration {
    let longest = previous.saturating_mul(3).max(base);
    let spread = scaled(longest.saturating_sub(base), unit);
    base.saturating_add(spread).min(longest).min(cap)
}

/// A delay that many callers share, lengthened by up to a tenth. `unit` is a random number in `[0, 1)`.
pub(crate) fn up_to_a_tenth_more(delay: Duration, unit: f64) -> Duration {
    delay.saturating_add(scaled(delay / 10, unit))
}

impl Jitter {
    /// `delay` with jitter, capped. `unit` is a random number in `[0, 1)`.
    pub(crate) fn spread(self, delay: Duration, unit: f64, cap: Duration) -> Duration {
        let (low, high) = self.range();
        let spread = scaled(delay, low + (high - low) * unit);
        // Rounding may exceed the upper end by a nanosecond.
        spread.min(scaled(delay, high)).min(cap)
    }

    /// The least and the greatest factor.
    const fn range(self) -> (f64, f64) {
        match self {
            Self::Full => (0.0, 1.0),
            Self::Equal => (0.5, 1.0),
            Self::None => (1.0, 1.0),
            Self::Factor(factor) => {
                let factor = if factor.is_nan() { 0.0 } else { factor.clamp(0.0, 1.0) };
                (1.0 - factor, 1.0 + factor)
            }
        }
    }
}

/// Replaces a base below 1 or not a number by 1.
const fn sane_base(base: f64) -> f64 {
    if base >= 1.0 { base } else { 1.0 }
}

/// `base` to the power of `exponent` by multiplications alone, which are the same on every machine; `powf` may not be.
fn power(base: f64, mut exponent: u32) -> f64 {
    let (mut result, mut square) = (1.0, base);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result *= square;
        }
        square *= square;
        exponent /= 2;
    }
    result
}

fn scaled(span: Duration, factor: f64) -> Duration {
    if span.is_zero() || factor <= 0.0 {
        return Duration::ZERO;
    }
    // A factor of 1 must be exact, and `f64` holds whole nanoseconds only up to 104 days.
    if (factor - 1.0).abs() < f64::EPSILON {
        return span;
    }
    Duration::try_from_secs_f64(span.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

const NANOS_PER_SEC: u128 = 1_000_000_000;

fn times(span: Duration, factor: u128) -> Duration {
    let nanos = span.as_nanos().saturating_mul(factor);
    if nanos >= Duration::MAX.as_nanos() {
        return Duration::MAX;
    }
    let secs = u64::try_from(nanos / NANOS_PER_SEC).unwrap_or(u64::MAX);
    Duration::new(secs, u32::try_from(nanos % NANOS_PER_SEC).unwrap_or(0))
}

fn fibonacci(n: u32) -> u128 {
    let (mut current, mut next) = (0_u128, 1_u128);
    for _ in 0..n {
        if next == u128::MAX {
            return u128::MAX;
        }
        (current, next) = (next, current.saturating_add(next));
    }
    current
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_factor_scales_and_one_keeps_every_nanosecond() {
        let long = Duration::new(1 << 40, 1);
        assert_eq!(scaled(long, 1.0), long);
        assert_eq!(scaled(Duration::from_secs(2), 1.5), Duration::from_secs(3));
        assert_eq!(scaled(Duration::from_secs(2), 0.5), Duration::from_secs(1));
        assert_eq!(scaled(Duration::from_secs(2), f64::MAX), Duration::MAX);
        assert_eq!([scaled(Duration::ZERO, f64::INFINITY), scaled(Duration::from_secs(2), -1.0)], [Duration::ZERO; 2]);
    }

    const ALL: [Backoff; 5] =
        [Backoff::Exponential, Backoff::Linear, Backoff::Constant, Backoff::Fibonacci, Backoff::Decorrelated];

    fn millis(backoff: Backoff, attempts: std::ops::RangeInclusive<u32>) -> Vec<u128> {
        let base = Duration::from_millis(100);
        attempts.map(|n| backoff.nominal(n, base, 2.0, Duration::from_secs(60)).as_millis()).collect()
    }

    #[test]
    fn the_first_delays_are_those_of_the_formulas() {
        assert_eq!(millis(Backoff::Exponential, 1..=5), [100, 200, 400, 800, 1600]);
        assert_eq!(millis(Backoff::Linear, 1..=5), [100, 200, 300, 400, 500]);
        assert_eq!(millis(Backoff::Constant, 1..=3), [100, 100, 100]);
        assert_eq!(millis(Backoff::Fibonacci, 1..=7), [100, 100, 200, 300, 500, 800, 1300]);
        assert_eq!(millis(Backoff::Decorrelated, 1..=3), [300, 900, 2700]);
    }

    #[test]
    fn a_list_repeats_its_last_delay_and_an_empty_one_is_constant() {
        const LIST: [Duration; 2] = [Duration::from_millis(1), Duration::from_secs(70)];
        assert_eq!(millis(Backoff::List(&LIST), 1..=3), [1, 60_000, 60_000]);
        assert_eq!(millis(Backoff::List(&[]), 1..=3), [100, 100, 100]);
        assert_eq!(millis(Backoff::Custom(|attempt| Duration::from_millis(attempt.into())), 0..=3), [1, 1, 2, 3]);
    }

    #[test]
    fn two_are_equal_if_they_are_the_same_formula_or_list() {
        const LIST: [Duration; 1] = [Duration::from_secs(1)];
        const SAME: [Duration; 1] = [Duration::from_secs(1)];
        assert_eq!(Backoff::List(&LIST), Backoff::List(&SAME));
        assert_ne!(Backoff::List(&LIST), Backoff::List(&[]));
        assert!(Backoff::Linear == Backoff::Linear && Backoff::Linear != Backoff::Constant);
    }

    #[test]
    fn powers_are_those_of_the_standard_library() {
        for (base, exponent) in [(2.0, 0), (2.0, 10), (1.5, 7), (3.0, 20), (1.0, u32::MAX)] {
            let (power, expected) = (power(base, exponent), base.powf(f64::from(exponent)));
            assert!((power / expected - 1.0).abs() < 1e-12, "{base}^{exponent}");
        }
        assert!(power(2.0, u32::MAX).is_infinite());
    }

    #[test]
    fn the_cap_holds_at_attempt_64_and_at_the_last_number() {
        for backoff in [Backoff::Exponential, Backoff::Linear, Backoff::Fibonacci] {
            for attempt in [64, 65, 1_000, u32::MAX] {
                let cap = Duration::from_secs(5);
                assert_eq!(
                    backoff.nominal(attempt, Duration::from_millis(100), 2.0, cap),
                    cap,
                    "{backoff:?} {attempt}"
                );
            }
        }
    }

    #[test]
    fn a_factor_spreads_to_both_sides() {
        let second = Duration::from_secs(1);
        let cap = Duration::from_secs(9);
        assert_eq!(Jitter::Factor(0.25).spread(second, 0.0, cap), Duration::from_millis(750));
        assert_eq!(Jitter::Factor(0.25).spread(second, 0.5, cap), second);
        assert_eq!(Jitter::Equal.spread(second, 0.0, cap), Duration::from_millis(500));
        assert_eq!(Jitter::None.spread(second, 0.3, cap), second);
        assert_eq!(Jitter::Full.spread(second, 0.0, cap), Duration::ZERO);
    }

    fn jitters() -> impl Strategy<Value = Jitter> {
        prop_oneof![Just(Jitter::Full), Just(Jitter::Equal), Just(Jitter::None), (0.0..=1.0).prop_map(Jitter::Factor),]
    }

    fn spans() -> impl Strategy<Value = Duration> {
        prop_oneof![
            (0_u64..100_000_000_000).prop_map(Duration::from_nanos),
            (any::<u64>(), 0_u32..1_000_000_000).prop_map(|(secs, nanos)| Duration::new(secs, nanos)),
        ]
    }

    proptest! {
        #[test]
        fn no_delay_is_above_the_cap(
            attempt in any::<u32>(), base in spans(), cap in spans(), factor in any::<f64>(),
            jitter in jitters(), unit in 0.0..1.0,
        ) {
            for backoff in ALL {
                // Fibonacci walks; it reaches saturation long before this.
                let delay = backoff.nominal(attempt, base, factor, cap);
                prop_assert!(delay <= cap);
                prop_assert!(jitter.spread(delay, unit, cap) <= cap);
            }
        }

        #[test]
        fn jitter_stays_in_its_range(delay in (0_u64..1 << 52).prop_map(Duration::from_nanos), unit in 0.0..1.0) {
            let cap = Duration::MAX;
            prop_assert!(Jitter::Full.spread(delay, unit, cap) <= delay);
            prop_assert!(Jitter::Equal.spread(delay, unit, cap) <= delay);
            prop_assert!(Jitter::Equal.spread(delay, unit, cap) >= delay / 2);
            prop_assert_eq!(Jitter::None.spread(delay, unit, cap), delay);
        }

        #[test]
        fn a_decorrelated_delay_is_between_the_base_and_three_times_the_last(
            base in spans(), previous in spans(), unit in 0.0..1.0, cap in spans(),
        ) {
            let delay = decorrelated(base, previous, unit, cap);
            prop_assert!(delay <= cap);
            prop_assert!(delay >= base.min(cap));
            prop_assert!(delay <= previous.saturating_mul(3).max(base));
        }

        #[test]
        fn delays_never_shrink_as_attempts_go_on(
            attempt in 1_u32..500, base in spans(), factor in 1.0..10.0, cap in spans(),
        ) {
            for backoff in ALL {
                let now = backoff.nominal(attempt, base, factor, cap);
                let next = backoff.nominal(attempt + 1, base, factor, cap);
                prop_assert!(now <= next);
            }
        }
    }
}
