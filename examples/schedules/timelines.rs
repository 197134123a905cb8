//! The moments of the attempts of some policies.

use std::time::Duration;

use resilient::{Backoff, Jitter, RetryPolicy};

/// The moments at which a call that always fails makes its attempts, since the first.
pub(crate) struct Timeline {
    pub(crate) name: &'static str,
    pub(crate) attempts: Vec<Duration>,
}

/// Drawn from this seed, so that they are the same each time.
const SEED: u64 = 42;

const SIX: RetryPolicy = RetryPolicy::new().max_attempts(6).jitter(Jitter::None);

impl Timeline {
    fn of(name: &'static str, policy: &RetryPolicy) -> Self {
        let moment = |now: &mut Duration, delay| {
            *now += delay;
            Some(*now)
        };
        let later = policy.schedule(SEED).scan(Duration::ZERO, moment);
        Self { name, attempts: [Duration::ZERO].into_iter().chain(later).collect() }
    }

    pub(crate) fn length(&self) -> Duration {
        self.attempts.last().copied().unwrap_or_default()
    }
}

/// Each backoff without jitter, and the default one with each jitter. Decorrelated delays are random in themselves.
pub(crate) fn all() -> Vec<Timeline> {
    let of = |(name, policy): (&'static str, RetryPolicy)| Timeline::of(name, &policy);
    [
        ("constant", SIX.backoff(Backoff::Constant)),
        ("linear", SIX.backoff(Backoff::Linear)),
        ("fibonacci", SIX.backoff(Backoff::Fibonacci)),
        ("exponential", SIX),
        ("exponential, full jitter", SIX.jitter(Jitter::Full)),
        ("exponential, equal jitter", SIX.jitter(Jitter::Equal)),
        ("exponential, jitter = 0.25", SIX.jitter(Jitter::Factor(0.25))),
        ("decorrelated", SIX.backoff(Backoff::Decorrelated).jitter(Jitter::Full)),
    ]
    .map(of)
    .into()
}
