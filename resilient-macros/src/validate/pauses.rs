//! The least that a `#[retry]` pauses, as far as it is known when compiled.

use std::time::Duration;

use super::setting::effective;
use crate::model::{Backoff, Jitter, MaxAttempts, Refusal, Retry, Value};

pub(super) const BASE_DELAY: Duration = Duration::from_millis(100);
pub(super) const MAX_DELAY: Duration = Duration::from_secs(60);
const EXPONENTIAL_BASE: f64 = 2.0;
const MAX_ATTEMPTS: u32 = 3;

/// Pauses never get shorter, so the first ones are a lower bound: enough to compare, whatever `max_attempts` says.
const LOOKED_AT: u32 = 1_000;

/// The shortest pauses that the settings allow.
pub(super) struct Pauses {
    base: f64,
    max: f64,
    backoff: Backoff,
    exponential_base: f64,
    /// What the jitter leaves of a computed pause at least.
    share: f64,
}

impl Pauses {
    /// Nothing if a setting is an expression, if one is open and not to be taken for the default, or if something else
    /// decides about the pauses.
    pub(super) fn least(retry: &Retry, defaults: bool) -> Option<Self> {
        if decided_elsewhere(retry) {
            return None;
        }
        let backoff = match &retry.backoff {
            Some(setting) => setting.value,
            None => defaults.then_some(Backoff::Exponential)?,
        };
        Some(Self {
            base: effective(retry.base_delay.as_ref(), defaults.then_some(BASE_DELAY))?.as_secs_f64(),
            max: effective(retry.max_delay.as_ref(), defaults.then_some(MAX_DELAY))?.as_secs_f64(),
            exponential_base: effective(retry.exponential_base.as_ref(), defaults.then_some(EXPONENTIAL_BASE))?,
            share: share(retry, backoff, defaults)?,
            backoff,
        })
    }

    pub(super) fn first(&self) -> Duration {
        seconds(self.nth(1))
    }

    /// All pauses of one call that makes `attempts`.
    pub(super) fn sum(&self, attempts: u32) -> Duration {
        seconds((1..attempts.min(LOOKED_AT)).map(|n| self.nth(n)).sum())
    }

    fn nth(&self, n: u32) -> f64 {
        let factor = match self.backoff {
            Backoff::Exponential => self.exponential_base.powi(i32::try_from(n - 1).unwrap_or(i32::MAX)),
            Backoff::Linear => f64::from(n),
            Backoff::Fibonacci => fibonacci(n),
            // The next decorrelated pause is random between the base and thrice the one before.
            Backoff::Constant | Backoff::Decorrelated => 1.0,
        };
        // Zero times an overflown factor would be no number.
        let computed = if self.base == 0.0 { 0.0 } else { self.base * factor };
        computed.min(self.max) * self.share
    }
}

/// A server or a breaker may ask for a shorter pause than the computed one.
fn decided_elsewhere(retry: &Retry) -> bool {
    let waits_for_breaker = |refusals: &[Refusal]| refusals.contains(&Refusal::CircuitOpen);
    retry.retry_after.is_some() || retry.retry_refused.as_ref().is_some_and(|setting| waits_for_breaker(&setting.value))
}

fn share(retry: &Retry, backoff: Backoff, defaults: bool) -> Option<f64> {
    if backoff == Backoff::Decorrelated {
        return Some(1.0);
    }
    match retry.jitter.as_ref().map(|setting| &setting.value) {
        Some(Jitter::Full) => Some(0.0),
        None => defaults.then_some(0.0),
        Some(Jitter::Equal) => Some(0.5),
        Some(Jitter::None) => Some(1.0),
        Some(Jitter::Factor(factor)) => Some((1.0 - factor).max(0.0)),
        Some(Jitter::Expr(_)) => None,
    }
}

/// The number of attempts if it is known.
pub(super) fn attempts(retry: &Retry, defaults: bool) -> Option<u32> {
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
    use crate::diagnostics::Errors;
    use crate::model::{Kind, Layer};
    use crate::parse::stack::absorb;

    /// The least sum of the pauses, as the settings say.
    fn least(settings: &str) -> Option<Duration> {
        let mut errors = Errors::default();
        let args = settings.parse().expect("tokens");
        let absorbed = absorb((Kind::Retry, proc_macro2::Span::call_site()), args, Vec::new(), &mut errors);
        assert!(errors.is_empty(), "{:?}", errors.messages());
        let Some(Layer::Retry(retry)) = absorbed.stack.layers.first() else { return None };
        let defaults = retry.policy.is_none();
        Some(Pauses::least(retry, defaults)?.sum(attempts(retry, defaults)?))
    }

    #[test]
    fn pauses_add_up_by_each_formula() {
        for (backoff, seconds) in [
            ("constant", 4),
            ("linear", 10),
            ("fibonacci", 7),
            ("exponential", 15),
            ("exponential, exponential_base = 3", 40),
        ] {
            let settings = format!("max_attempts = 5, base_delay = 1s, jitter = none, backoff = {backoff}");
            assert_eq!(least(&settings), Some(Duration::from_secs(seconds)), "{backoff}");
        }
        assert_eq!(least("max_attempts = 5, base_delay = 1s, backoff = decorrelated"), Some(Duration::from_secs(4)));
    }

    #[test]
    fn jitter_and_the_cap_lower_them() {
        assert_eq!(least(""), Some(Duration::ZERO));
        assert_eq!(least("jitter = equal"), Some(Duration::from_millis(150)));
        assert_eq!(least("jitter = 0.25"), Some(Duration::from_millis(225)));
        assert_eq!(least("jitter = none, max_delay = 150ms"), Some(Duration::from_millis(250)));
    }

    #[test]
    fn numbers_of_any_size_end() {
        let many = "max_attempts = 4_000_000_000, jitter = none, exponential_base = 1e300";
        assert!(least(many) > Some(Duration::from_secs(50_000)));
        assert_eq!(least(&format!("{many}, base_delay = 0s")), Some(Duration::ZERO));
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
