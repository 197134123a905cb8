//! The share that is shed, by tables, by a naive model, and by a simulated callee.

use std::collections::VecDeque;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;

use super::policy::AdaptiveThrottlePolicy;
use super::throttle::{AdaptiveThrottle, AdaptiveThrottleStats};
use crate::core::random::SplitMix64;
use crate::outcomes::call::Call;
use crate::outcomes::tally::Tally;

const SECOND: u64 = 1_000;
const DAY: u64 = 86_400 * SECOND;
const FAILED: Call = Call { failed: true, slow: false };

fn policy() -> AdaptiveThrottlePolicy {
    AdaptiveThrottlePolicy::new()
}

fn throttle(policy: AdaptiveThrottlePolicy) -> AdaptiveThrottle {
    AdaptiveThrottle::new("api", policy)
}

#[track_caller]
fn assert_share(policy: AdaptiveThrottlePolicy, total: u64, accepted: u64, expected: f64) {
    let share = policy.share(Tally { total, failed: total - accepted, slow: 0 });
    assert!((share - expected).abs() < 1e-4, "{accepted} of {total} accepted: {share}, not {expected}");
}

#[test]
fn the_share_is_that_of_the_formula() {
    for (calls, accepted, share) in [
        (0, 0, 0.0),
        (9, 0, 0.0),
        (10, 0, 0.9),
        (10, 10, 0.0),
        (10, 5, 0.0),
        (10, 4, 0.1818),
        (10, 1, 0.7273),
        (100, 100, 0.0),
        (100, 50, 0.0),
        (100, 49, 0.0198),
        (100, 25, 0.4950),
        (100, 10, 0.7921),
        (100, 1, 0.9),
        (1_000_000, 250_000, 0.5),
    ] {
        assert_share(policy(), calls, accepted, share);
    }
}

/// A throttle that tolerates a share of failures of `1 - 1 / ratio`.
#[test]
fn a_smaller_ratio_sheds_sooner_and_more() {
    let tenth = policy().ratio(1.0 / 0.9).min_calls(5);
    for (calls, accepted, share) in [
        (4, 0, 0.0),
        (5, 0, 0.8333),
        (10, 9, 0.0),
        (10, 8, 0.1010),
        (100, 80, 0.1100),
        (100, 50, 0.4400),
        (100, 0, 0.9),
    ] {
        assert_share(tenth, calls, accepted, share);
    }
    for (accepted, share) in [(100, 0.0), (99, 0.0099), (50, 0.4950), (0, 0.9)] {
        assert_share(policy().ratio(1.0), 100, accepted, share);
    }
    assert_share(policy().ratio(1_000.0), 1_000, 1, 0.0);
}

#[test]
fn the_share_is_capped() {
    for (most, share) in [(1.0, 0.9901), (0.95, 0.95), (0.1, 0.1)] {
        assert_share(policy().max_share(most), 100, 0, share);
    }
}

#[test]
fn a_random_number_decides_and_the_share_is_the_probability() {
    let tally = Tally { total: 100, failed: 75, slow: 0 };
    let share = policy().share(tally);
    assert!(policy().sheds(tally, 0.0) && policy().sheds(tally, share - 1e-9));
    assert!(!policy().sheds(tally, share) && !policy().sheds(tally, 0.999));
    assert!(!policy().sheds(Tally { total: 100, failed: 50, slow: 0 }, 0.0));
}

#[test]
fn invalid_values_are_corrected_where_they_are_used() {
    let wrong = AdaptiveThrottlePolicy { ratio: f64::NAN, window: Duration::ZERO, min_calls: 0, max_share: f64::NAN };
    assert_eq!((wrong.span(), wrong.needed_calls()), (Duration::from_millis(10), 1));
    assert_share(wrong, 3, 1, 0.5);
    assert_share(AdaptiveThrottlePolicy { ratio: 0.1, ..policy() }, 100, 50, 0.4950);
    assert_share(AdaptiveThrottlePolicy { max_share: -1.0, ..policy() }, 100, 0, 0.0);
    assert_eq!(policy().try_ratio(0.9).unwrap_err().to_string(), "`ratio` must be at least 1");
    assert_eq!(
        policy().try_window(Duration::from_millis(9)).unwrap_err().to_string(),
        "`window` must be at least 10ms"
    );
    assert_eq!(policy().try_min_calls(0).unwrap_err().to_string(), "`min_calls` must be at least 1");
    let too_much = policy().try_max_share(1.1).unwrap_err();
    assert_eq!(too_much.to_string(), "`max_share` must be above 0 and at most 1");
    assert!(wrong.try_checked().is_err() && policy().try_checked().is_ok());
}

#[test]
fn a_shed_call_is_a_call_that_was_not_accepted() {
    let throttle = throttle(policy().min_calls(1));
    throttle.record_at(0, FAILED);
    assert!((throttle.share_at(0) - 0.5).abs() < 1e-9);
    assert!(throttle.decide_at(0, 0.49).unwrap_err().is_shed());
    assert!((throttle.share_at(0) - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!(throttle.stats(), AdaptiveThrottleStats { shed_calls: 1, ..AdaptiveThrottleStats::default() });
}

#[test]
fn what_is_older_than_the_window_counts_no_more() {
    let throttle = throttle(policy());
    (0..20).for_each(|_| throttle.record_at(0, FAILED));
    assert!(throttle.share_at(107 * SECOND) > 0.8);
    assert!(throttle.share_at(120 * SECOND) < 1e-9);
    assert!(!throttle.may_shed(), "once it was looked at");
}

#[test]
fn days_without_calls_leave_nothing_behind() {
    let throttle = throttle(policy());
    let mut now = 0;
    for days in [1, 2, 30, 365, 3_650] {
        (0..20).for_each(|_| throttle.record_at(now, FAILED));
        assert!(throttle.decide_at(now, 0.85).is_err(), "20 of 20 failed");
        now += days * DAY;
        assert!(throttle.decide_at(now, 0.0).is_ok(), "after {days} days");
        assert!(!throttle.may_shed());
        (0..20).for_each(|_| throttle.accepted_at(now));
        (0..19).for_each(|_| throttle.record_at(now, FAILED));
        assert!(throttle.share_at(now) < 1e-9, "20 of 39 were accepted");
        now += DAY;
    }
}

#[test]
fn accepted_calls_that_grow_old_do_not_leave_an_outage_unseen() {
    let throttle = throttle(policy().window(Duration::from_secs(10)));
    (0..100).for_each(|_| throttle.accepted_at(0));
    (0..60).for_each(|_| throttle.record_at(9 * SECOND, FAILED));
    assert!(throttle.share_at(9 * SECOND) < 1e-9, "100 of 160 were accepted");
    assert!(throttle.may_shed(), "but a second later none of 60 was");
    assert!(throttle.decide_at(10 * SECOND, 0.89).is_err());
}

#[test]
fn a_rare_failure_does_not_make_calls_take_the_lock() {
    let throttle = throttle(policy());
    for second in 0..10_000 {
        (0..100).for_each(|_| throttle.accepted_at(second * SECOND));
        throttle.record_at(second * SECOND, FAILED);
        assert!(!throttle.may_shed());
    }
    assert_eq!(throttle.stats().shed_calls, 0);
}

/// What the throttle remembers, each call with its slice.
#[derive(Default)]
struct Naive {
    calls: VecDeque<(u64, bool)>,
}

impl Naive {
    fn share(&mut self, policy: &AdaptiveThrottlePolicy, slice: u64) -> f64 {
        self.calls.retain(|(of, _)| slice - of < 10);
        let failed = self.calls.iter().filter(|(_, accepted)| !accepted).count() as u64;
        policy.share(Tally { total: self.calls.len() as u64, failed, slow: 0 })
    }
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Pass(u64),
    Accepted(u8),
    Failed(u8),
    /// A call that is admitted or shed, by this number.
    Ask(f64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        2 => (0..300_u64).prop_map(Event::Pass),
        1 => (900..3_000_u64).prop_map(Event::Pass),
        4 => (1..12_u8).prop_map(Event::Accepted),
        4 => (1..12_u8).prop_map(Event::Failed),
        4 => (0.0..1.0).prop_map(Event::Ask),
    ];
    prop::collection::vec(event, 1..80)
}

proptest! {
    #[test]
    fn it_sheds_as_a_list_of_all_calls_would(
        events in events(),
        ratio in 1.0..4.0,
        min_calls in 1..30_u32,
        max_share in 0.01..1.0,
        start in prop_oneof![Just(0), Just(20_000 * DAY)],
    ) {
        // Slices of a tenth of a second.
        let policy = policy().ratio(ratio).min_calls(min_calls).max_share(max_share).window(Duration::from_secs(1));
        let (throttle, mut naive, mut now) = (throttle(policy), Naive::default(), start);
        for event in events {
            let slice = now / 100;
            match event {
                Event::Pass(millis) => now += millis,
                Event::Accepted(calls) => for _ in 0..calls {
                    throttle.accepted_at(now);
                    naive.calls.push_back((slice, true));
                },
                Event::Failed(calls) => for _ in 0..calls {
                    throttle.record_at(now, FAILED);
                    naive.calls.push_back((slice, false));
                },
                Event::Ask(random) => {
                    let share = naive.share(&policy, slice);
                    if throttle.may_shed() {
                        prop_assert_eq!(throttle.decide_at(now, random).is_err(), random < share);
                        if random < share {
                            naive.calls.push_back((slice, false));
                        }
                    } else {
                        prop_assert!(share == 0.0, "a call that is not asked about is not to be shed: {}", share);
                    }
                }
            }
        }
        let slice = now / 100;
        prop_assert_eq!(throttle.share_at(now).to_bits(), naive.share(&policy, slice).to_bits());
    }
}

/// A callee that accepts so many calls in each tenth of a second, and fails the others.
struct Callee {
    capacity: u64,
    accepted: u64,
    calls: u64,
}

/// Offers so many calls in each tenth of a second, for so many seconds.
fn offer(throttle: &AdaptiveThrottle, callee: &mut Callee, calls: u64, seconds: std::ops::Range<u64>) {
    let mut numbers = SplitMix64::seeded(seconds.start);
    for tenth in seconds.start * 10..seconds.end * 10 {
        let (now, mut left) = (tenth * 100, callee.capacity);
        for _ in 0..calls {
            if throttle.may_shed() && throttle.decide_at(now, numbers.unit()).is_err() {
                continue;
            }
            callee.calls += 1;
            if left == 0 {
                throttle.record_at(now, FAILED);
            } else {
                left -= 1;
                callee.accepted += 1;
                throttle.accepted_at(now);
            }
        }
    }
}

#[test]
fn an_overloaded_callee_gets_the_ratio_times_what_it_accepts() {
    for ratio in [1.1, 1.5, 2.0] {
        let throttle = throttle(policy().ratio(ratio).max_share(0.99));
        let mut callee = Callee { capacity: 10, accepted: 0, calls: 0 };
        offer(&throttle, &mut callee, 100, 0..300);
        (callee.calls, callee.accepted) = (0, 0);
        offer(&throttle, &mut callee, 100, 300..600);
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let load = callee.calls as f64 / callee.accepted as f64;
        assert!((load / ratio - 1.0).abs() < 0.1, "{load} for a ratio of {ratio}");
    }
}

#[test]
fn after_an_outage_it_lets_all_calls_through_again() {
    let throttle = throttle(policy());
    let mut callee = Callee { capacity: 0, accepted: 0, calls: 0 };
    offer(&throttle, &mut callee, 10, 0..600);
    assert!((4_800..7_200).contains(&callee.calls), "{} of 60,000", callee.calls);
    callee.capacity = 10;
    offer(&throttle, &mut callee, 10, 600..660);
    let share = throttle.share_at(660 * SECOND);
    assert!((0.85..=0.9).contains(&share), "the calls of the outage are in the window yet: {share}");
    offer(&throttle, &mut callee, 10, 660..840);
    assert!(throttle.share_at(840 * SECOND) < 1e-9, "the more are accepted, the more are made");
    (callee.calls, callee.accepted) = (0, 0);
    offer(&throttle, &mut callee, 10, 840..841);
    assert_eq!((callee.calls, callee.accepted), (100, 100));
    assert!(!throttle.may_shed());
}

#[test]
fn threads_lose_no_call_and_shed_what_the_share_says() {
    const THREADS: u64 = 4;
    const CALLS: u64 = 20_000;
    let throttle = throttle(policy());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let throttle = &throttle;
            scope.spawn(move || {
                for call in 0..CALLS {
                    if let Ok(permit) = throttle.try_acquire() {
                        if (call + thread) % 4 == 0 { permit.success() } else { permit.failure() }
                    }
                }
            });
        }
    });
    let stats = throttle.stats();
    assert_eq!(stats.accepted_calls + stats.failed_calls + stats.shed_calls, THREADS * CALLS);
    assert_eq!(stats.ignored_calls, 0);
    // A callee that fails three of four calls however few it gets is not helped by fewer: the most is shed.
    assert!((THREADS * CALLS * 85 / 100..THREADS * CALLS * 91 / 100).contains(&stats.shed_calls), "{stats:?}");
    let expected =
        policy().share(Tally { total: THREADS * CALLS, failed: stats.failed_calls + stats.shed_calls, slow: 0 });
    assert!((throttle.share() - expected).abs() < 1e-9, "all of it is in the window");
}
