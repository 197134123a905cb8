use super::*;
use crate::core::retries_exhausted::GiveUpReason;
use crate::retry::policy::RetryPolicy;
use proptest::prelude::*;

const PLAIN: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

/// Drives a schedule as a call that fails instantly would, and returns the delays.
fn delays(policy: &RetryPolicy, wait: Wait, unit: f64) -> Vec<Duration> {
    let mut schedule = Schedule::new();
    let mut delays = Vec::new();
    loop {
        schedule.begin(&policy.settings, Duration::ZERO);
        let elapsed = delays.iter().sum();
        match schedule.after(&policy.settings, wait, || unit, || elapsed, || None) {
            Decision::Delay(delay) => {
                schedule.completed(delay);
                delays.push(delay);
            }
            Decision::Exhausted | Decision::TooLate(_) => return delays,
        }
    }
}

#[test]
fn three_attempts_delay_twice() {
    assert_eq!(delays(&PLAIN, Wait::Computed, 0.5), [Duration::from_millis(100), Duration::from_millis(200)]);
}

#[test]
fn a_delay_asked_for_replaces_the_computed_one_up_to_its_own_cap() {
    let minute = Duration::from_secs(60);
    let policy = PLAIN.max_attempts(2).max_delay(Duration::from_secs(1));
    assert_eq!(delays(&policy, Wait::Asked(minute), 0.5), [minute]);
    assert_eq!(Wait::asked(&policy.settings, minute), Wait::Asked(minute));
    let seven = Duration::from_secs(7);
    assert_eq!(Wait::asked(&policy.max_retry_after(seven).settings, minute), Wait::Asked(seven));
}

#[test]
fn zero_asks_for_nothing() {
    assert_eq!(Wait::asked(&PLAIN.settings, Duration::ZERO), Wait::Computed);
    assert_eq!(Wait::asked(&PLAIN.max_retry_after(Duration::ZERO).settings, Duration::MAX), Wait::Computed);
    assert_eq!(delays(&PLAIN.max_attempts(2), Wait::AtLeast(Duration::ZERO), 0.5), [PLAIN.settings.longest_delay(1)]);
}

#[test]
fn a_delay_asked_for_is_spread_by_up_to_a_tenth_unless_there_is_no_jitter() {
    let second = Duration::from_secs(1);
    for jitter in [Jitter::Full, Jitter::Equal, Jitter::Factor(0.5)] {
        let policy = PLAIN.jitter(jitter).max_attempts(2);
        assert_eq!(delays(&policy, Wait::Asked(second), 0.0), [second]);
        assert_eq!(delays(&policy, Wait::Asked(second), 0.5), [Duration::from_millis(1_050)]);
    }
    assert_eq!(delays(&PLAIN.max_attempts(2), Wait::Asked(second), 0.5), [second]);
}

#[test]
fn the_spread_is_cut_to_what_the_limit_leaves() {
    let second = Duration::from_secs(1);
    let policy = PLAIN.jitter(Jitter::Full).max_attempts(9);
    let limit = |millis| policy.max_elapsed(Duration::from_millis(millis));
    assert_eq!(delays(&limit(1_020), Wait::Asked(second), 0.5), [Duration::from_millis(1_020)]);
    assert_eq!(delays(&limit(1_000), Wait::Asked(second), 0.5), [second]);
    assert!(delays(&limit(999), Wait::Asked(second), 0.5).is_empty());
}

#[test]
fn an_open_breaker_is_waited_for_and_then_a_part_of_the_computed_delay() {
    let second = Duration::from_secs(1);
    let jittered = PLAIN.jitter(Jitter::Full).max_attempts(2);
    assert_eq!(delays(&jittered, Wait::AtLeast(second), 0.5), [Duration::from_millis(1_050)]);
    assert_eq!(delays(&PLAIN.max_attempts(2), Wait::AtLeast(second), 0.5), [second]);
}

#[test]
fn no_delay_begins_that_would_end_too_late() {
    let policy = PLAIN.max_attempts(99).backoff(Backoff::Constant).max_elapsed(Duration::from_millis(350));
    assert_eq!(delays(&policy, Wait::Computed, 0.0).len(), 3);
    let exactly = policy.max_elapsed(Duration::from_millis(400));
    assert_eq!(delays(&exactly, Wait::Computed, 0.0).len(), 4);
}

#[test]
fn not_even_a_delay_of_zero_begins_when_the_time_is_over() {
    let policy = PLAIN.base_delay(Duration::ZERO).max_elapsed(Duration::from_secs(1));
    for wait in [Wait::Computed, Wait::Asked(Duration::ZERO), Wait::AtLeast(Duration::ZERO)] {
        let after = |elapsed| Schedule::new().after(&policy.settings, wait, || 0.5, || elapsed, || None);
        assert_eq!(after(Duration::from_secs(1)), Decision::Delay(Duration::ZERO));
        assert_eq!(after(Duration::from_nanos(1_000_000_001)), Decision::Exhausted);
    }
}

#[test]
fn no_delay_begins_that_would_end_at_a_deadline_above_or_after_it() {
    let delay = Duration::from_millis(100);
    let decide =
        |left| Schedule::new().after(&PLAIN.settings, Wait::Asked(delay), || 0.5, || Duration::ZERO, || Some(left));
    assert_eq!(decide(delay + Duration::from_nanos(1)), Decision::Delay(delay));
    assert_eq!(decide(delay), Decision::Exhausted);
    assert_eq!(decide(Duration::from_nanos(1)), Decision::Exhausted);
    assert_eq!(decide(Duration::ZERO), Decision::TooLate(delay));
}

#[test]
fn a_deadline_that_is_ignored_changes_no_delay() {
    let ignores = RetryPolicy::new().ignore_deadline();
    assert_ne!(ignores, RetryPolicy::new());
    let second = Duration::from_secs(1);
    for (left, wait, delay) in [
        (Duration::ZERO, Wait::Computed, second / 20),
        (second / 100, Wait::Computed, second / 20),
        (second / 100, Wait::Asked(second), second * 21 / 20),
    ] {
        let mut schedule = Schedule::new();
        schedule.begin(&ignores.settings, Duration::ZERO);
        let decision = schedule.after(&ignores.settings, wait, || 0.5, || Duration::ZERO, || Some(left));
        assert_eq!(decision, Decision::Delay(delay), "{left:?} left");
    }
}

#[test]
fn the_last_attempt_knows_it() {
    let mut schedule = Schedule::new();
    let policy = PLAIN.max_attempts(2);
    assert!(!schedule.begin(&policy.settings, Duration::ZERO).is_last());
    assert!(schedule.begin(&policy.settings, Duration::ZERO).is_last());
}

#[test]
#[should_panic(expected = "`base_delay` must not be longer than `max_delay`")]
fn a_contradiction_is_found_when_checked() {
    let _ = PLAIN.base_delay(Duration::from_secs(61)).checked();
}

proptest! {
    #[test]
    fn an_asked_delay_is_never_shorter_nor_more_than_a_tenth_longer_nor_later_than_the_limit(
        asked in 1_u64..u64::MAX, limit in 1_u64..u64::MAX, unit in 0.0..1.0,
    ) {
        let (asked, limit) = (Duration::from_nanos(asked), Duration::from_nanos(limit));
        let policy = RetryPolicy::new().max_attempts(2).max_elapsed(limit);
        match delays(&policy, Wait::Asked(asked), unit)[..] {
            [delay] => prop_assert!(asked <= delay && delay <= limit && delay <= asked + asked / 10),
            _ => prop_assert!(asked > limit),
        }
    }

    #[test]
    fn attempts_and_time_are_bounded(
        max_attempts in 1_u32..20, base in 0_u64..10_000, cap in 0_u64..10_000, limit in 1_u64..60_000,
        unit in 0.0..1.0, decorrelated in any::<bool>(),
    ) {
        let backoff = if decorrelated { Backoff::Decorrelated } else { Backoff::Exponential };
        let policy = RetryPolicy::new()
            .max_attempts(max_attempts)
            .backoff(backoff)
            .base_delay(Duration::from_millis(base))
            .max_delay(Duration::from_millis(cap))
            .max_elapsed(Duration::from_millis(limit));
        let delays = delays(&policy, Wait::Computed, unit);
        prop_assert!(delays.len() < max_attempts as usize);
        prop_assert!(delays.iter().all(|delay| *delay <= Duration::from_millis(cap)));
        prop_assert!(delays.iter().sum::<Duration>() <= Duration::from_millis(limit));
    }
}

proptest! {
    /// As a naive model has it: attempts go on while the delay ends before both limits, whichever is shorter.
    #[test]
    fn a_deadline_above_acts_as_another_max_elapsed(
        base in 1_u64..500, limit in 1_u64..5_000, deadline in 1_u64..5_000, asked in proptest::option::of(0_u64..2_000),
    ) {
        let policy = PLAIN.max_attempts(9).base_delay(Duration::from_millis(base)).max_elapsed(Duration::from_millis(limit));
        let wait = asked.map_or(Wait::Computed, |asked| Wait::Asked(Duration::from_millis(asked)));
        let (mut schedule, mut elapsed, mut model) = (Schedule::new(), 0, 0);
        for attempt in 1..=9_u32 {
            schedule.begin(&policy.settings, Duration::from_millis(elapsed));
            let delay = asked.unwrap_or_else(|| base << (attempt - 1));
            let goes_on = attempt < 9 && model + delay <= limit && model + delay < deadline;
            let left = Duration::from_millis(deadline.saturating_sub(elapsed));
            let decision = schedule.after(&policy.settings, wait, || 0.5, || Duration::from_millis(elapsed), || Some(left));
            let delay = goes_on.then(|| Duration::from_millis(delay));
            let Some(delay) = delay else {
                prop_assert!(!matches!(decision, Decision::Delay(_)));
                break;
            };
            prop_assert_eq!(decision, Decision::Delay(delay));
            schedule.completed(delay);
            elapsed += u64::try_from(delay.as_millis()).expect("it is short");
            model = elapsed;
        }
    }
}

#[test]
fn unlimited_attempts_end_with_the_time_or_with_the_numbers() {
    let unlimited = PLAIN.unlimited_attempts().max_elapsed(Duration::from_secs(5)).backoff(Backoff::Constant);
    let unlimited = unlimited.base_delay(Duration::from_secs(1));
    assert_eq!(delays(&unlimited, Wait::Computed, 0.5).len(), 5);
    let mut schedule = Schedule::new();
    schedule.made = u32::MAX - 2;
    assert!(!schedule.begin(&unlimited.settings, Duration::ZERO).is_last());
    assert!(schedule.begin(&unlimited.settings, Duration::ZERO).is_last());
}

#[test]
fn attempts_are_numbered_from_one() {
    let mut schedule = Schedule::new();
    assert_eq!(schedule.made(), 0);
    for number in 1..4 {
        let attempt = schedule.begin(&PLAIN.settings, Duration::from_secs(7));
        assert_eq!((attempt.number(), schedule.made(), attempt.elapsed()), (number, number, Duration::from_secs(7)));
    }
}

#[test]
fn delays_count_as_elapsed_even_if_a_clock_stood_still() {
    let policy =
        PLAIN.backoff(Backoff::Constant).base_delay(Duration::from_secs(2)).max_elapsed(Duration::from_secs(5));
    let mut schedule = Schedule::new();
    schedule.begin(&policy.settings, Duration::ZERO);
    let next =
        |schedule: &mut Schedule| schedule.after(&policy.settings, Wait::Computed, || 0.5, || Duration::ZERO, || None);
    assert_eq!(next(&mut schedule), Decision::Delay(Duration::from_secs(2)));
    assert_eq!(schedule.at_least(Duration::ZERO), Duration::ZERO, "not before it is completed");
    schedule.completed(Duration::from_secs(2));
    assert_eq!(schedule.at_least(Duration::ZERO), Duration::from_secs(2));
    assert_eq!(schedule.at_least(Duration::from_secs(3)), Duration::from_secs(3));
}

#[test]
fn what_ended_the_attempts_is_known() {
    let after = |policy: RetryPolicy, attempts| {
        let mut schedule = Schedule::new();
        let mut decision = Decision::Exhausted;
        for _ in 0..attempts {
            schedule.begin(&policy.settings, Duration::ZERO);
            decision = schedule.after(&policy.settings, Wait::Computed, || 0.5, || Duration::ZERO, || None);
        }
        (decision, schedule.gave_up())
    };
    let short = PLAIN.max_elapsed(Duration::from_millis(50));
    assert_eq!(after(PLAIN, 2), (Decision::Delay(Duration::from_millis(200)), None));
    assert_eq!(after(PLAIN, 3), (Decision::Exhausted, Some(GiveUpReason::MaxAttempts)));
    assert_eq!(after(short, 1), (Decision::Exhausted, Some(GiveUpReason::MaxElapsed)));
    assert_eq!(after(short.max_attempts(1), 1), (Decision::Exhausted, Some(GiveUpReason::MaxAttempts)));
}

#[test]
fn a_delay_without_a_token_is_not_waited_for_and_ends_the_attempts() {
    let mut schedule = Schedule::new();
    let next = |schedule: &mut Schedule| {
        schedule.begin(&PLAIN.settings, Duration::ZERO);
        schedule.after(&PLAIN.settings, Wait::Computed, || 0.5, || Duration::ZERO, || None)
    };
    for millis in [100, 200] {
        let delay = Duration::from_millis(millis);
        assert_eq!(next(&mut schedule), Decision::Delay(delay));
        schedule.completed(delay);
    }
    schedule.refuse_token(Duration::from_millis(200));
    assert_eq!(schedule.gave_up(), Some(GiveUpReason::Budget));
    assert_eq!(schedule.at_least(Duration::ZERO), Duration::from_millis(100));
    assert_eq!(next(&mut schedule), Decision::Exhausted);
    assert_eq!(schedule.gave_up(), Some(GiveUpReason::Budget));
}
