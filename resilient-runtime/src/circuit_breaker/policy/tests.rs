use super::*;

fn tally(total: u64, failed: u64) -> Tally {
    Tally { total, failed, slow: 0 }
}

#[test]
fn a_window_judges_once_it_holds_enough() {
    let policy = BreakerPolicy::new().failure_rate(0.5).count_window(10).min_calls(4);
    assert_eq!(policy.reached_rate(tally(3, 3)), None);
    assert_eq!(policy.reached_rate(tally(4, 2)), Some(ChangeReason::FailureRate));
    assert_eq!(policy.reached_rate(tally(5, 2)), None);
}

#[test]
fn a_rate_is_reached_exactly() {
    for (failed, total, rate) in [(3, 10, 0.3), (7, 10, 0.7), (1, 3, 1.0 / 3.0), (29, 100, 0.29)] {
        assert!(reaches(failed, total, rate), "{failed}/{total} >= {rate}");
        assert!(!reaches(failed - 1, total, rate), "{failed}-1/{total} < {rate}");
    }
}

#[test]
fn min_calls_default_to_the_count_window_and_to_ten() {
    let rate = BreakerPolicy::new().failure_rate(0.5);
    assert_eq!(rate.count_window(30).needed_calls(), 30);
    assert_eq!(rate.time_window(Duration::from_secs(10)).needed_calls(), 10);
}

#[test]
fn open_times_grow_up_to_their_cap() {
    let policy = BreakerPolicy::new().recovery_timeout(Duration::from_secs(30)).recovery_backoff(2.0);
    let opened: Vec<_> = [0, 1, 2, 5, 127].map(|n| policy.open_millis(n) / 1000).into();
    assert_eq!(opened, [30, 60, 120, 600, 600]);
    let long = BreakerPolicy::new().recovery_timeout(Duration::from_secs(3600));
    assert_eq!(long.open_millis(7), 3_600_000, "the cap does not shorten the first open time");
}

#[test]
#[should_panic(expected = "`min_calls` must not be more than the window holds")]
fn a_contradiction_is_found_when_checked() {
    let _ = BreakerPolicy::new().failure_rate(0.5).count_window(5).min_calls(6).checked();
}

/// A policy as the setters would not make it in a debug build.
fn with(set: impl FnOnce(&mut BreakerPolicy)) -> Option<&'static str> {
    let mut policy = BreakerPolicy::new();
    set(&mut policy);
    policy.problem()
}

#[test]
fn what_makes_no_sense_is_a_problem() {
    let rate = |rate| with(|policy| policy.failures = Failures::Rate(rate));
    let slow = |call, rate| with(|policy| policy.slow = Some(Slow { call: Duration::from_secs(call), rate }));
    let problems = [
        with(|policy| policy.failures = Failures::InARow(0)),
        rate(0.0),
        rate(1.1),
        rate(f64::NAN),
        with(|policy| policy.window = WindowSpan::Calls(0)),
        with(|policy| policy.window = WindowSpan::Time(Duration::ZERO)),
        with(|policy| policy.window = WindowSpan::Time(Duration::from_nanos(9_999_999))),
        with(|policy| (policy.window, policy.min_calls) = (WindowSpan::Calls(5), Some(6))),
        with(|policy| policy.min_calls = Some(0)),
        slow(0, 0.5),
        slow(1, 0.0),
        with(|policy| policy.recovery_timeout = Duration::ZERO),
        with(|policy| policy.recovery_backoff = 0.9),
        with(|policy| policy.recovery_backoff = f64::INFINITY),
        with(|policy| {
            policy.recovery_backoff = 2.0;
            policy.recovery_timeout = policy.max_recovery_timeout + Duration::from_nanos(1);
        }),
        with(|policy| policy.half_open_max_calls = 0),
        with(|policy| policy.probe_timeout = Some(Duration::ZERO)),
        with(|policy| policy.success_threshold = 0),
    ];
    for (index, problem) in problems.iter().enumerate() {
        assert!(problem.is_some(), "the {index}th");
    }
}

#[test]
fn what_is_just_right_is_none() {
    let fine = [
        with(|_| {}),
        with(|policy| policy.failures = Failures::Rate(1.0)),
        with(|policy| (policy.window, policy.min_calls) = (WindowSpan::Calls(5), Some(5))),
        with(|policy| (policy.window, policy.min_calls) = (WindowSpan::Time(Duration::from_millis(10)), Some(6))),
        with(|policy| policy.slow = Some(Slow { call: Duration::from_nanos(1), rate: 1.0 })),
        with(|policy| (policy.recovery_backoff, policy.max_recovery_timeout) = (2.0, policy.recovery_timeout)),
        with(|policy| policy.probe_timeout = Some(Duration::from_nanos(1))),
        // The longest open time is not reached if it does not grow.
        with(|policy| policy.max_recovery_timeout = Duration::from_nanos(1)),
        with(|policy| (policy.half_open_max_calls, policy.success_threshold) = (1, 1)),
    ];
    assert_eq!(fine, [None; 9]);
}

#[test]
fn only_what_is_judged_by_a_window_has_one() {
    let row = BreakerPolicy::new().failure_threshold(3);
    assert_eq!(row.window(), None);
    assert_eq!(row.slow_call(Duration::from_secs(1), 0.5).window(), Some(WindowSpan::Calls(100)));
    assert_eq!(row.failure_rate(0.5).window(), Some(WindowSpan::Calls(100)));
    assert_eq!((row.streak(), row.failure_rate(0.5).streak()), (Some(3), None));
}

#[test]
fn every_setting_is_told_under_its_name() {
    let policy = BreakerPolicy::new()
        .failure_rate(0.5)
        .time_window(Duration::from_secs(10))
        .min_calls(7)
        .slow_call(Duration::from_secs(2), 0.25)
        .recovery_backoff(2.0)
        .probe_timeout(Duration::from_secs(5));
    let listed: Vec<String> = policy.settings().iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let expected = [
        "failure_rate = 0.5",
        "window = 10s",
        "min_calls = 7",
        "slow_call = 2s",
        "slow_call_rate = 0.25",
        "recovery_timeout = 30s",
        "recovery_backoff = 2.0",
        "max_recovery_timeout = 600s",
        "half_open_max_calls = 3",
        "probe_timeout = 5s",
        "success_threshold = 2",
    ];
    assert_eq!(listed, expected);
    assert_eq!(BreakerPolicy::new().settings()[..2], [("failure_threshold", "5".into()), ("window", "100".into())]);
}

#[test]
fn a_call_is_slow_if_it_takes_longer() {
    let second = Duration::from_secs(1);
    let policy = BreakerPolicy::new().slow_call(second, 0.5);
    assert!(policy.measures_calls() && policy.is_slow(second + Duration::from_nanos(1)) && !policy.is_slow(second));
    assert!(!BreakerPolicy::new().measures_calls() && !BreakerPolicy::new().is_slow(Duration::MAX));
}

#[test]
fn a_time_window_that_is_too_short_lasts_as_long_as_the_shortest() {
    let mut policy = BreakerPolicy::new().failure_rate(0.5);
    for (given, lasts) in [(0, 10_000), (9_999, 10_000), (10_000, 10_000), (10_001, 10_001)] {
        policy.window = WindowSpan::Time(Duration::from_micros(given));
        assert_eq!(policy.window(), Some(WindowSpan::Time(Duration::from_micros(lasts))));
    }
}

#[test]
fn a_probe_keeps_its_place_for_the_open_time_and_at_least_thirty_seconds_by_default() {
    let secs = Duration::from_secs;
    let kept = |policy: BreakerPolicy| policy.probe_time();
    assert_eq!(kept(BreakerPolicy::new().recovery_timeout(secs(1))), secs(30));
    assert_eq!(kept(BreakerPolicy::new().recovery_timeout(secs(31))), secs(31));
    assert_eq!(kept(BreakerPolicy::new().recovery_timeout(secs(31)).probe_timeout(secs(1))), secs(1));
}

#[test]
fn the_shortest_span_is_that_of_whatever_is_shorter() {
    let secs = Duration::from_secs;
    assert_eq!(BreakerPolicy::new().recovery_timeout(secs(2)).shortest_span(), secs(2));
    assert_eq!(BreakerPolicy::new().recovery_timeout(secs(2)).probe_timeout(secs(1)).shortest_span(), secs(1));
}
