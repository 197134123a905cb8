//! The windows against a queue of outcomes.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

fn calls() -> impl Strategy<Value = Call> {
    (any::<bool>(), any::<bool>()).prop_map(|(failed, slow)| Call { failed, slow })
}

fn count<'a>(calls: impl IntoIterator<Item = &'a Call>) -> Tally {
    calls.into_iter().fold(Tally::default(), |tally, call| Tally {
        total: tally.total + 1,
        failed: tally.failed + u64::from(call.failed),
        slow: tally.slow + u64::from(call.slow),
    })
}

fn generation(number: u64) -> Generation {
    Generation::from_bits(number)
}

proptest! {
    #[test]
    fn a_count_window_holds_the_last_calls(
        size in 1_u32..120,
        calls in prop::collection::vec(calls(), 1..500),
        cleared_at in any::<prop::sample::Index>(),
    ) {
        let window = CountWindow::new(size);
        let mut naive = VecDeque::new();
        let mut current = generation(7);
        let cleared_at = cleared_at.index(calls.len());
        for (index, call) in calls.iter().enumerate() {
            if index == cleared_at {
                current = generation(9);
                naive.clear();
            }
            if naive.len() == size as usize {
                naive.pop_front();
            }
            naive.push_back(*call);
            prop_assert_eq!(window.record(current, *call), count(&naive));
        }
    }

    #[test]
    fn a_time_window_holds_the_calls_of_its_slices(
        bucket in 1_u64..500,
        calls in prop::collection::vec((calls(), 0_u64..2_000), 1..300),
        cleared_at in any::<prop::sample::Index>(),
    ) {
        let window = TimeWindow::new(Duration::from_millis(bucket * BUCKETS as u64));
        let mut naive: VecDeque<(u64, Call)> = VecDeque::new();
        let mut current = generation(7);
        let cleared_at = cleared_at.index(calls.len());
        let mut now = 1 << 36;
        for (index, (call, pause)) in calls.iter().enumerate() {
            now += pause;
            if index == cleared_at {
                current = generation(8);
                naive.clear();
            }
            naive.push_back((now / bucket, *call));
            naive.retain(|(slice, _)| slice + BUCKETS as u64 > now / bucket);
            prop_assert_eq!(window.record(current, *call, now), count(naive.iter().map(|(_, call)| call)));
        }
    }
}

const FAILED: Call = Call { failed: true, slow: false };

#[test]
fn after_many_successes_a_count_window_still_slides() {
    let window = CountWindow::new(10);
    for _ in 0..10_000 {
        window.record(generation(0), Call { failed: false, slow: false });
    }
    for failures in 1..=10 {
        assert_eq!(window.record(generation(0), FAILED), Tally { total: 10, failed: failures, slow: 0 });
    }
}

#[test]
fn a_late_outcome_is_dropped() {
    let (old, new) = (generation(3), generation(5));
    let window = CountWindow::new(4);
    window.record(new, FAILED);
    assert_eq!(window.record(old, FAILED), Tally::default());
    assert_eq!(window.record(new, FAILED).failed, 2);

    let window = TimeWindow::new(Duration::from_secs(10));
    window.record(new, FAILED, 0);
    window.record(old, FAILED, 0);
    assert_eq!(window.record(new, FAILED, 0).failed, 2);
}

#[test]
fn a_full_bucket_keeps_its_rate() {
    let window = TimeWindow::new(Duration::from_secs(10));
    let full = Tagged::join(generation(0), COUNT_MAX);
    window.buckets[0].total.store(full, Ordering::Relaxed);
    assert_eq!(window.record(generation(0), FAILED, 0), Tally { total: COUNT_MAX, failed: 0, slow: 0 });
}

#[test]
fn nothing_recorded_is_lost_between_threads() {
    let window = CountWindow::new(4_000);
    let time = TimeWindow::new(Duration::from_secs(10));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (window, time) = (&window, &time);
            scope.spawn(move || {
                for call in 0..1_000 {
                    let call = Call { failed: (call + thread) % 2 == 0, slow: false };
                    window.record(generation(1), call);
                    time.record(generation(1), call, 5);
                }
            });
        }
    });
    let expected = Tally { total: 4_000, failed: 2_000, slow: 0 };
    assert_eq!(window.tally(generation(1), 4_000), expected);
    assert_eq!(time.tally(generation(1), 0), expected);
}
