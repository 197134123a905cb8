//! The delays of a `#[retry]`, the least and the greatest, as far as they are known when compiled.

use std::time::Duration;

use resilient_rules::refusal::Refusal;

use super::model::{BASE_DELAY, EXPONENTIAL_BASE, MAX_ATTEMPTS, MAX_DELAY, Retry};
use super::values::{Formula, Jitter, MaxAttempts};
use crate::model::{Value, effective};

/// The first delays are enough: they are a lower bound of all, and an upper one together with the longest for each of
/// the others.
const LOOKED_AT: u32 = 1_000;

/// The delays at one end of what the settings allow.
pub(crate) struct Delays {
    growth: Growth,
    max: f64,
    end: End,
    /// What the jitter makes of a computed delay at this end.
    share: f64,
}

/// How the delays follow each other, in seconds, before jitter and the cap.
enum Growth {
    Formula { formula: Formula, base: f64, exponential_base: f64 },
    List(Vec<f64>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Least,
    Greatest,
}

impl Delays {
    /// The shortest delays. Nothing if a setting is an expression, if one is open and not to be taken for the default,
    /// or if something else decides about the delays.
    pub(crate) fn least(retry: &Retry, defaults: bool) -> Option<Self> {
        if decided_elsewhere(retry) { None } else { Self::computed(retry, defaults, End::Least) }
    }

    /// The longest computed delays; a server or a breaker may ask for longer ones. Nothing as in `least`.
    pub(crate) fn greatest(retry: &Retry, defaults: bool) -> Option<Self> {
        Self::computed(retry, defaults, End::Greatest)
    }

    fn computed(retry: &Retry, defaults: bool, end: End) -> Option<Self> {
        Some(Self {
            growth: Growth::of(retry, defaults)?,
            max: effective(retry.max_delay.as_ref(), defaults.then_some(MAX_DELAY))?.as_secs_f64(),
            share: share(retry, defaults, end)?,
            end,
        })
    }

    pub(crate) fn first(&self) -> Duration {
        seconds(self.nth(1))
    }

    /// All delays of one call that makes `attempts`.
    pub(crate) fn sum(&self, attempts: u32) -> Duration {
        self.sum_of(attempts, |delay| delay)
    }

    /// The same of delays that are longer than the computed ones by a rule of seconds.
    pub(crate) fn sum_of(&self, attempts: u32, longer: impl Fn(f64) -> f64) -> Duration {
        let delays = attempts.saturating_sub(1);
        let first: f64 = (1..=delays.min(LOOKED_AT)).map(|n| longer(self.nth(n))).sum();
        let others = match self.end {
            End::Least => 0.0,
            End::Greatest => f64::from(delays.saturating_sub(LOOKED_AT)) * longer(self.longest()),
        };
        seconds(first + others)
    }

    fn nth(&self, n: u32) -> f64 {
        self.capped(self.growth.nth(n, self.end))
    }

    fn capped(&self, computed: f64) -> f64 {
        (computed.min(self.max) * self.share).min(self.max)
    }

    /// No delay is longer, whatever its number.
    pub(crate) fn longest(&self) -> f64 {
        match &self.growth {
            Growth::Formula { formula: Formula::Constant, .. } => self.nth(1),
            Growth::Formula { base, .. } if *base == 0.0 => self.nth(1),
            Growth::Formula { .. } => self.max,
            Growth::List(pauses) => self.capped(pauses.iter().copied().fold(0.0, f64::max)),
        }
    }
}

impl Growth {
    /// Nothing if a part of it is not known.
    fn of(retry: &Retry, defaults: bool) -> Option<Self> {
        if let Some(pauses) = retry.pauses() {
            let known = pauses.all.iter().map(|pause| match pause.value {
                Value::Known(known) => Some(known.as_secs_f64()),
                Value::Expr(_) => None,
            });
            return known.collect::<Option<_>>().map(Self::List);
        }
        let formula = retry.formula().filter(|_| defaults || retry.backoff.is_some())?;
        Some(Self::Formula {
            formula,
            base: effective(retry.base_delay.as_ref(), defaults.then_some(BASE_DELAY))?.as_secs_f64(),
            exponential_base: match formula {
                Formula::Exponential => {
                    effective(retry.exponential_base.as_ref(), defaults.then_some(EXPONENTIAL_BASE))?
                }
                _ => EXPONENTIAL_BASE,
            },
        })
    }

    fn nth(&self, n: u32, end: End) -> f64 {
        let (formula, base, exponential_base) = match self {
            Self::Formula { formula, base, exponential_base } => (*formula, *base, *exponential_base),
            Self::List(pauses) => {
                let index = usize::try_from(n - 1).unwrap_or(usize::MAX);
                return pauses.get(index).or(pauses.last()).copied().unwrap_or_default();
            }
        };
        let factor = match formula {
            Formula::Exponential => exponential_base.powi(i32::try_from(n - 1).unwrap_or(i32::MAX)),
            Formula::Linear => f64::from(n),
            Formula::Fibonacci => fibonacci(n),
            // Random between the base and thrice the delay before.
            Formula::Decorrelated if end == End::Greatest => 3_f64.powi(i32::try_from(n).unwrap_or(i32::MAX)),
            Formula::Constant | Formula::Decorrelated => 1.0,
        };
        // Zero times an infinite factor would be NaN.
        if base == 0.0 { 0.0 } else { base * factor }
    }
}

/// A server or a breaker may ask for a shorter delay than the computed one.
fn decided_elsewhere(retry: &Retry) -> bool {
    retry.asks() || Refusal::named().any(|refusal| waits_for(retry, refusal))
}

/// Whether a refusal is retried once it says that it is over, as that of an open breaker.
pub(crate) fn waits_for(retry: &Retry, refusal: Refusal) -> bool {
    refusal.tells_when() && retry.retry_refused.as_ref().is_some_and(|setting| setting.value.contains(&refusal))
}

fn share(retry: &Retry, defaults: bool, end: End) -> Option<f64> {
    if retry.formula() == Some(Formula::Decorrelated) {
        return Some(1.0);
    }
    let (least, greatest) = match retry.jitter.as_ref().map(|setting| &setting.value) {
        Some(Jitter::Full) => (0.0, 1.0),
        None if retry.formula().is_none() => defaults.then_some((1.0, 1.0))?,
        None => defaults.then_some((0.0, 1.0))?,
        Some(Jitter::Equal) => (0.5, 1.0),
        Some(Jitter::None) => (1.0, 1.0),
        Some(Jitter::Factor(factor)) => ((1.0 - factor).max(0.0), 1.0 + factor),
        Some(Jitter::Expr(_)) => return None,
    };
    Some(if end == End::Least { least } else { greatest })
}

/// The number of attempts if it is known.
pub(crate) fn attempts(retry: &Retry, defaults: bool) -> Option<u32> {
    match retry.max_attempts.as_ref().map(|setting| &setting.value) {
        Some(MaxAttempts::Count(Value::Known(count))) => Some(*count),
        Some(_) => None,
        None => defaults.then_some(MAX_ATTEMPTS),
    }
}

fn fibonacci(n: u32) -> f64 {
    let (mut current, mut next) = (1.0, 1.0);
    for _ in 1..n {
        (current, next) = (next, current + next);
    }
    current
}

/// As a duration that reads well; the sums are only compared and shown, so a microsecond does not matter.
fn seconds(value: f64) -> Duration {
    let nanos = Duration::try_from_secs_f64(value).unwrap_or(Duration::MAX);
    let rounded = nanos.saturating_add(Duration::from_nanos(500));
    Duration::new(rounded.as_secs(), rounded.subsec_micros() * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::args::read;

    /// The sums of the least and the greatest delays, as the settings say.
    fn sums(settings: &str) -> [Option<Duration>; 2] {
        let retry = &read::<Retry>(settings);
        let defaults = retry.policy.is_none();
        [Delays::least(retry, defaults), Delays::greatest(retry, defaults)]
            .map(|delays| Some(delays?.sum(attempts(retry, defaults)?)))
    }

    fn least(settings: &str) -> Option<Duration> {
        sums(settings)[0]
    }

    fn greatest(settings: &str) -> Option<Duration> {
        sums(settings)[1]
    }

    #[test]
    fn delays_add_up_by_each_formula() {
        for (backoff, seconds) in [
            ("constant", 4),
            ("linear", 10),
            ("fibonacci", 7),
            ("exponential", 15),
            ("exponential, exponential_base = 3", 40),
        ] {
            let settings = format!("max_attempts = 5, base_delay = 1s, jitter = none, backoff = {backoff}");
            assert_eq!(sums(&settings), [Some(Duration::from_secs(seconds)); 2], "{backoff}");
        }
        let decorrelated = "max_attempts = 5, base_delay = 1s, backoff = decorrelated";
        assert_eq!(sums(decorrelated), [4, 3 + 9 + 27 + 60].map(|seconds| Some(Duration::from_secs(seconds))));
    }

    #[test]
    fn jitter_and_the_cap_lower_them() {
        assert_eq!(least(""), Some(Duration::ZERO));
        assert_eq!(least("jitter = equal"), Some(Duration::from_millis(150)));
        assert_eq!(least("jitter = 0.25"), Some(Duration::from_millis(225)));
        assert_eq!(least("jitter = none, max_delay = 150ms"), Some(Duration::from_millis(250)));
    }

    #[test]
    fn jitter_raises_them_up_to_the_cap() {
        assert_eq!(greatest(""), Some(Duration::from_millis(300)));
        assert_eq!(greatest("jitter = 0.5"), Some(Duration::from_millis(450)));
        assert_eq!(greatest("jitter = 0.5, max_delay = 200ms"), Some(Duration::from_millis(350)));
    }

    #[test]
    fn a_list_adds_up_as_it_is_written() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(sums("max_attempts = 3, backoff = [1s, 5s, 10s]"), [seconds(6); 2]);
        assert_eq!(sums("max_attempts = 6, backoff = [1s, 5s, 10s]"), [seconds(36); 2]);
        assert_eq!(sums("max_attempts = 3, backoff = [2s], jitter = equal"), [seconds(2), seconds(4)]);
        assert_eq!(sums("max_attempts = 1_003, backoff = [9s, 1s]"), [seconds(9 + 999), seconds(9 + 999 + 2 * 9)]);
        for unknown in
            ["backoff = [1s, pause]", "backoff = pauses", "policy = POLICY, backoff = [1s], max_attempts = 3"]
        {
            assert_eq!(sums(unknown), [None; 2], "{unknown}");
        }
    }

    #[test]
    fn numbers_of_any_size_end() {
        let many = "max_attempts = 4_000_000_000, jitter = none, exponential_base = 1e300";
        assert!(least(many) > Some(Duration::from_secs(50_000)));
        let all = Duration::from_secs(60 * 3_999_999_998);
        assert!(greatest(many).is_some_and(|delays| delays > all && delays < all + Duration::from_secs(1)));
        assert_eq!(sums(&format!("{many}, base_delay = 0s")), [Some(Duration::ZERO); 2]);
    }

    #[test]
    fn what_is_not_known_is_not_judged() {
        for settings in
            ["base_delay = pause", "max_attempts = many", "policy = POLICY", "jitter = JITTER", "retry_after = asked"]
        {
            assert_eq!(least(settings), None, "{settings}");
        }
        assert_eq!(least("retry_refused(circuit_open), jitter = none"), None);
    }
}
