use super::*;
use crate::retry::backoff::{Backoff, Jitter};
use crate::retry::policy::RetryPolicy;
use proptest::prelude::*;

const STEADY: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A loop on a clock that is moved by hand.
struct Loop {
    policy: RetryPolicy,
    schedule: Schedule,
    pending: Pending,
    wait: Wait,
    now: Duration,
    unit: f64,
}

impl Loop {
    /// After the first attempt.
    fn new(policy: RetryPolicy, unit: f64) -> Self {
        let mut schedule = Schedule::new();
        schedule.begin(&policy.settings, Duration::ZERO);
        Self { policy, schedule, pending: Pending::default(), wait: Wait::Computed, now: Duration::ZERO, unit }
    }

    fn left(&mut self) -> Option<Duration> {
        let unit = self.unit;
        self.pending.left(&mut self.schedule, &self.policy.settings, self.wait, || unit, self.now, None)
    }

    /// When the next attempt begins. Before that, the delay is dropped after each of these parts of what is left of it.
    fn next(&mut self, dropped_after: &[f64]) -> Option<Duration> {
        for part in dropped_after {
            let left = self.left()?;
            self.now += left.mul_f64(*part);
        }
        let left = self.left()?;
        self.now += left;
        self.pending.complete(&mut self.schedule);
        self.schedule.begin(&self.policy.settings, self.now);
        self.wait = Wait::Computed;
        Some(self.now)
    }
}

#[test]
fn seven_dropped_delays_are_one() {
    let policy = STEADY.base_delay(Duration::from_secs(10)).max_elapsed(Duration::from_secs(60));
    let mut attempts = Loop::new(policy, 0.5);
    assert_eq!(attempts.next(&[0.0; 7]), Some(Duration::from_secs(10)));
}

#[test]
fn a_delay_that_was_asked_for_survives_being_dropped() {
    let mut attempts = Loop::new(STEADY, 0.5);
    attempts.wait = Wait::Asked(millis(7_000));
    assert_eq!(attempts.next(&[0.0, 0.5, 0.9]), Some(millis(7_000)));
    assert_eq!(attempts.next(&[]), Some(millis(7_200)), "and is asked for once");
}

#[test]
fn another_takes_the_place_of_one_that_has_begun() {
    let policy = STEADY.backoff(Backoff::Decorrelated).max_attempts(9);
    let (mut replaced, mut straight) = (Loop::new(policy, 0.9), Loop::new(policy, 0.9));
    for attempts in [&mut replaced, &mut straight] {
        attempts.wait = Wait::Asked(millis(50));
    }
    replaced.wait = Wait::Computed;
    assert!(replaced.left() > Some(millis(50)));
    replaced.pending.replace();
    replaced.wait = Wait::Asked(millis(50));
    for _ in 0..3 {
        assert_eq!(replaced.next(&[]), straight.next(&[]), "the one that was not made has no part in the growth");
    }
}

#[test]
fn who_comes_back_late_does_not_wait_again() {
    let mut attempts = Loop::new(STEADY, 0.5);
    assert_eq!(attempts.left(), Some(millis(100)));
    attempts.now = millis(150);
    assert_eq!(attempts.next(&[]), Some(millis(150)));
}

#[test]
fn who_comes_back_too_late_makes_no_attempt() {
    let mut attempts = Loop::new(STEADY.max_elapsed(millis(140)), 0.5);
    assert_eq!(attempts.left(), Some(millis(100)));
    attempts.now = millis(150);
    assert_eq!(attempts.left(), None);
    attempts.pending.replace();
    attempts.wait = Wait::Asked(Duration::ZERO);
    assert_eq!(attempts.left(), None, "it stays at its end");
}

#[test]
fn a_long_delay_that_does_not_fit_is_not_followed_by_a_short_one() {
    let mut attempts = Loop::new(STEADY.max_elapsed(millis(500)), 0.5);
    attempts.wait = Wait::Asked(millis(600));
    assert_eq!(attempts.left(), None);
    attempts.wait = Wait::Computed;
    assert_eq!(attempts.left(), None);
}

proptest! {
    #[test]
    fn dropped_delays_change_nothing(
        base in 1_u64..1_000, limit in 1_u64..20_000, unit in 0.0..1.0, asked in prop::option::of(0_u64..3_000),
        decorrelated in any::<bool>(),
        dropped in prop::collection::vec(prop::collection::vec(0.0..1.0, 0..5), 12),
    ) {
        let backoff = if decorrelated { Backoff::Decorrelated } else { Backoff::Exponential };
        let policy = RetryPolicy::new()
            .max_attempts(10)
            .backoff(backoff)
            .base_delay(millis(base))
            .max_elapsed(millis(limit));
        let (mut straight, mut interrupted) = (Loop::new(policy, unit), Loop::new(policy, unit));
        for (number, dropped) in dropped.iter().enumerate() {
            if let Some(asked) = asked.filter(|_| number % 3 == 0) {
                (straight.wait, interrupted.wait) = (Wait::Asked(millis(asked)), Wait::Asked(millis(asked)));
            }
            let (expected, actual) = (straight.next(&[]), interrupted.next(dropped));
            prop_assert_eq!(expected, actual);
            // Never more than the clock says.
            prop_assert_eq!(interrupted.schedule.at_least(interrupted.now), interrupted.now);
        }
    }
}
