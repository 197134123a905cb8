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
