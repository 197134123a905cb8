//! What can be said of a policy before any call: its first problem, and the shortest delays that it allows. Pure.

use std::time::Duration;

use crate::core::error::ErrorKind;
#[cfg(feature = "config")]
use crate::retry::backoff::{Backoff, Jitter};
use crate::retry::policy::RetryPolicy;
use crate::retry::schedule::{Decision, Schedule, Wait};
use crate::retry::settings::Settings;

/// Delays never get shorter, so the first ones are a lower bound of all.
const LOOKED_AT: usize = 1_000;

impl<E: ?Sized> RetryPolicy<E> {
    /// The first problem of all settings together, where it is known whether a budget can end the attempts.
    pub(crate) const fn problem(&self, in_budget: bool) -> Option<&'static str> {
        Settings { in_budget, ..self.settings }.problem()
    }

    /// The [`max_elapsed`](Self::max_elapsed), if there is one.
    pub(crate) const fn longest_time(&self) -> Option<Duration> {
        self.settings.max_elapsed
    }

    /// The shortest first delay; `None` if there is none, or if something else may ask for a shorter one.
    pub(crate) fn least_first_delay(&self) -> Option<Duration> {
        self.least(Settings { max_elapsed: None, ..self.settings }).next()
    }

    /// The shortest sum of all delays of one call; `None` if the number of attempts is not limited, or if something else
    /// may ask for shorter ones.
    pub(crate) fn least_delays(&self) -> Option<Duration> {
        self.settings.most_attempts()?;
        let mut delays = self.least(self.settings).take(LOOKED_AT).peekable();
        delays.peek()?;
        Some(delays.fold(Duration::ZERO, Duration::saturating_add))
    }

    /// The delays of a call whose attempts take no time and whose random numbers are all zero. None if an error, an
    /// open breaker or a rate limit may decide about them.
    fn least(&self, settings: Settings) -> impl Iterator<Item = Duration> {
        let by_refusals = [ErrorKind::CircuitOpen, ErrorKind::RateLimited].into_iter().any(|it| settings.retries(it));
        let is_decided_elsewhere = self.rules.retry_after.is_some() || by_refusals;
        let mut schedule = Schedule::new();
        std::iter::from_fn(move || {
            schedule.begin(&settings, Duration::ZERO);
            match schedule.after(&settings, Wait::Computed, || 0.0, || Duration::ZERO, || None) {
                Decision::Delay(delay) if !is_decided_elsewhere => {
                    schedule.completed(delay);
                    Some(delay)
                }
                _ => None,
            }
        })
    }
}

#[cfg(feature = "config")]
impl Settings {
    /// The list that the delays are, if they are one.
    pub(crate) const fn list(&self) -> Option<&'static [Duration]> {
        match self.backoff {
            Backoff::List(delays) => Some(delays),
            _ => None,
        }
    }

    /// The longest delay of that list.
    pub(crate) fn longest_listed(&self) -> Option<Duration> {
        self.list()?.iter().copied().max()
    }

    /// The longest delay of those that do not grow, jitter included, and what makes them; `None` if they grow, or a
    /// function gives them.
    pub(crate) fn longest_without_growth(&self) -> Option<(Duration, &'static str)> {
        let (longest, by) = match self.backoff {
            Backoff::Constant => (self.base_delay, "`backoff = constant`"),
            Backoff::List(_) => (self.longest_listed()?, "the list"),
            _ => return None,
        };
        match self.jitter {
            Some(Jitter::Factor(factor)) => Some((longest.mul_f64(1.0 + factor), by)),
            _ => Some((longest, by)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::backoff::{Backoff, Jitter};

    const PLAIN: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

    fn millis(least: Option<Duration>) -> Option<u128> {
        least.map(|least| least.as_millis())
    }

    #[test]
    fn delays_add_up_by_each_formula() {
        let policy = PLAIN.max_attempts(5).base_delay(Duration::from_secs(1));
        for (backoff, seconds) in [
            (Backoff::Constant, 4),
            (Backoff::Linear, 10),
            (Backoff::Fibonacci, 7),
            (Backoff::Exponential, 15),
            (Backoff::Decorrelated, 4),
        ] {
            let least = policy.backoff(backoff).least_delays();
            assert_eq!(least, Some(Duration::from_secs(seconds)), "{backoff:?}");
        }
    }

    #[test]
    fn jitter_the_cap_and_max_elapsed_lower_them() {
        assert_eq!(millis(PLAIN.least_delays()), Some(300));
        assert_eq!(millis(PLAIN.jitter(Jitter::Full).least_delays()), Some(0));
        assert_eq!(millis(PLAIN.jitter(Jitter::Equal).least_delays()), Some(150));
        assert_eq!(millis(PLAIN.max_delay(Duration::from_millis(150)).least_delays()), Some(250));
        assert_eq!(millis(PLAIN.max_elapsed(Duration::from_millis(100)).least_delays()), Some(100));
        assert_eq!(millis(PLAIN.max_elapsed(Duration::from_millis(1)).least_first_delay()), Some(100));
    }

    #[test]
    fn what_is_decided_elsewhere_is_not_judged() {
        assert_eq!(PLAIN.retry_circuit_open(true).least_delays(), None);
        assert_eq!(PLAIN.retry_rate_limited(true).least_delays(), None);
        assert_eq!(PLAIN.retry_after(|(): &()| None).least_delays(), None);
        assert_eq!(PLAIN.max_attempts(1).least_delays(), None);
        assert_eq!(PLAIN.unlimited_attempts().max_elapsed(Duration::from_secs(60)).least_delays(), None);
    }
}
