//! The delays of a policy in order, drawn now or from a seed.

use std::time::Duration;

use crate::core::random::{self, SplitMix64};
use crate::retry::policy::RetryPolicy;
use crate::retry::schedule::{Decision, Schedule, Wait};
use crate::retry::settings::Settings;

impl<P: ?Sized> RetryPolicy<P> {
    /// The delays of a call whose attempts all fail at once, with jitter drawn now. They end with the attempts, or when
    /// their sum would exceed [`max_elapsed`](Self::max_elapsed). [`delay`](Self::delay) is a delay before jitter.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(4);
    ///
    /// let delays: Vec<_> = POLICY.delays().collect();
    /// assert_eq!(delays.len(), 3);
    /// assert!(delays[0] <= Duration::from_millis(100));
    /// ```
    pub fn delays(&self) -> Delays {
        Delays { settings: self.settings, schedule: Schedule::new(), numbers: Numbers::Now }
    }

    /// As [`delays`](Self::delays), with jitter drawn from a seed. The delays of a policy and a seed are the same on
    /// every machine and in every version of this library, so that a test may compare them with what it has stored.
    ///
    /// The numbers are those of the generator `SplitMix64`, one for each delay: the upper 53 bits, as a fraction in
    /// `[0, 1)`.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(4);
    ///
    /// let micros: Vec<_> = POLICY.schedule(7).map(|delay| delay.as_micros()).collect();
    /// assert_eq!(micros, [38_982, 3_357, 360_304]);
    /// ```
    pub fn schedule(&self, seed: u64) -> Delays {
        let numbers = Numbers::Seeded(SplitMix64::seeded(seed));
        Delays { settings: self.settings, schedule: Schedule::new(), numbers }
    }
}

/// The delays between the attempts of one call. From [`RetryPolicy::delays`] and [`RetryPolicy::schedule`].
#[derive(Clone, Debug)]
#[must_use = "iterators do nothing unless consumed"]
pub struct Delays {
    settings: Settings,
    schedule: Schedule,
    numbers: Numbers,
}

/// Where random numbers come from.
#[derive(Clone, Debug)]
enum Numbers {
    Now,
    Seeded(SplitMix64),
}

impl Numbers {
    fn unit(&mut self) -> f64 {
        match self {
            Self::Now => random::unit(),
            Self::Seeded(numbers) => numbers.unit(),
        }
    }
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let Self { settings, schedule, numbers } = self;
        schedule.begin(settings, Duration::ZERO);
        match schedule.after(settings, Wait::Computed, || numbers.unit(), || Duration::ZERO, || None) {
            Decision::Delay(delay) => {
                schedule.completed(delay);
                Some(delay)
            }
            Decision::Exhausted | Decision::TooLate(_) => None,
        }
    }
}

/// After its end it stays at its end.
impl std::iter::FusedIterator for Delays {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::backoff::{Backoff, Jitter};
    use proptest::prelude::*;

    const STEADY: RetryPolicy = RetryPolicy::new().max_attempts(5);

    fn micros(policy: RetryPolicy, seed: u64) -> Vec<u128> {
        policy.schedule(seed).map(|delay| delay.as_micros()).collect()
    }

    /// Compared with what a program in another language computed: a change here breaks the snapshots of users.
    #[test]
    fn a_seed_gives_these_delays_for_ever() {
        let stored = [
            (STEADY, [74_156, 31_982, 111_440, 275_352]),
            (STEADY.jitter(Jitter::Equal), [87_078, 115_991, 255_720, 537_676]),
            (STEADY.jitter(Jitter::Factor(0.25)), [112_078, 165_991, 355_720, 737_676]),
            (STEADY.jitter(Jitter::None), [100_000, 200_000, 400_000, 800_000]),
            (STEADY.backoff(Backoff::Decorrelated), [248_312, 203_132, 241_918, 315_379]),
            (STEADY.exponential_base(1.5), [74_156, 23_986, 62_685, 116_164]),
        ];
        for (policy, delays) in stored {
            assert_eq!(micros(policy, 42), delays, "{policy:?}");
        }
    }

    #[test]
    fn they_end_with_the_attempts_or_the_time() {
        assert_eq!(STEADY.max_attempts(1).delays().count(), 0);
        assert_eq!(STEADY.delays().count(), 4);
        let timed = STEADY.unlimited_attempts().backoff(Backoff::Constant).max_elapsed(Duration::from_millis(350));
        assert_eq!(timed.jitter(Jitter::None).delays().count(), 3);
        let mut ended = STEADY.max_attempts(2).schedule(1);
        assert!(ended.next().is_some() && ended.next().is_none() && ended.next().is_none());
    }

    fn policies() -> impl Strategy<Value = RetryPolicy> {
        const LIST: [Duration; 2] = [Duration::from_millis(3), Duration::from_secs(70)];
        let backoffs = prop_oneof![
            Just(Backoff::Exponential),
            Just(Backoff::Linear),
            Just(Backoff::Constant),
            Just(Backoff::Fibonacci),
            Just(Backoff::Decorrelated),
            Just(Backoff::List(&LIST)),
            Just(Backoff::Custom(|attempt| Duration::from_secs(attempt.into()))),
        ];
        let jitters = prop_oneof![Just(Jitter::Full), Just(Jitter::None), (0.0..=1.0).prop_map(Jitter::Factor)];
        (1_u32..20, backoffs, jitters, 0_u64..100_000, 1_u64..100_000).prop_map(
            |(attempts, backoff, jitter, base, most)| {
                let policy = RetryPolicy::new().max_attempts(attempts).backoff(backoff).jitter(jitter);
                policy.base_delay(Duration::from_millis(base)).max_delay(Duration::from_millis(most))
            },
        )
    }

    proptest! {
        #[test]
        fn there_is_one_before_each_attempt_but_the_first_and_none_is_above_the_cap(
            policy in policies(), seed in any::<u64>(),
        ) {
            let (drawn, seeded): (Vec<_>, Vec<_>) = (policy.delays().collect(), policy.schedule(seed).collect());
            for delays in [&drawn, &seeded] {
                prop_assert_eq!(delays.len() + 1, policy.settings.most_attempts().unwrap_or(0) as usize);
                prop_assert!(delays.iter().all(|delay| *delay <= policy.settings.max_delay));
            }
            prop_assert_eq!(seeded, policy.schedule(seed).collect::<Vec<_>>());
        }

        #[test]
        fn without_jitter_they_are_those_of_the_formula(policy in policies(), seed in any::<u64>()) {
            let policy = policy.jitter(Jitter::None);
            let formula: Option<Vec<_>> = (1..policy.settings.most_attempts().unwrap_or(1)).map(|n| policy.delay(n)).collect();
            if let Some(formula) = formula.filter(|formula| !formula.is_empty()) {
                prop_assert_eq!(policy.schedule(seed).collect::<Vec<_>>(), formula);
            }
        }
    }

    #[test]
    fn those_drawn_now_differ() {
        assert_ne!(STEADY.delays().collect::<Vec<_>>(), STEADY.delays().collect::<Vec<_>>());
    }
}
