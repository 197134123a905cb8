//! The windows against a queue of outcomes.

use std::collections::VecDeque;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn calls() -> impl Strategy<Value = Call> {
    let good = Just(Call::default());
    let any = (any::<bool>(), any::<bool>()).prop_map(|(failed, slow)| Call { failed, slow });
    prop_oneof![2 => good, 1 => any]
}

fn count<'a>(calls: impl IntoIterator<Item = &'a Call>) -> Tally {
    calls.into_iter().fold(Tally::default(), |tally, call| {
        tally + Tally { total: 1, failed: u64::from(call.failed), slow: u64::from(call.slow) }
    })
}

fn generation(number: u64) -> Generation {
    Generation::from_bits(number)
}

/// What a breaker does with a call.
fn record<const N: usize>(
    window: &Window,
    counted: Counted<'_, N>,
    generation: Generation,
    call: Call,
    now: impl Fn(Grain) -> u64,
) -> Option<Tally> {
    let is_asked = !call.is_good() || window.count(counted, generation, &now);
    is_asked.then(|| window.collect(counted, generation, call, now)).flatten()
}

/// A policy with rates that calls of the strategy reach now and then.
fn policies() -> impl Strategy<Value = BreakerPolicy> {
    (0.05..1.0, 0.05..1.0, 1_u32..60).prop_map(|(failed, slow, min_calls)| {
        BreakerPolicy::new().failure_rate(failed).slow_call(Duration::from_secs(1), slow).min_calls(min_calls)
    })
}

/// A window that remembers all it is told.
struct Naive {
    calls: VecDeque<(u64, Call)>,
}

impl Naive {
    fn tally(&self) -> Tally {
        count(self.calls.iter().map(|(_, call)| call))
    }

    /// What `record` may answer: the truth, or nothing if this call cannot be the one that makes it too much.
    fn check(&self, policy: &BreakerPolicy, before: Tally, recorded: Option<Tally>) -> Result<(), TestCaseError> {
        match recorded {
            Some(tally) => prop_assert_eq!(tally, self.tally()),
            None => prop_assert!(!policy.too_many(self.tally()) || policy.too_many(before)),
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn a_count_window_holds_the_last_calls(
        size in 1_u32..120,
        policy in policies(),
        calls in prop::collection::vec(calls(), 1..500),
        cleared_at in any::<prop::sample::Index>(),
    ) {
        let policy = policy.count_window(size);
        let window = Window::of(&policy).unwrap();
        let shards = Shards::<2>::new();
        let counted = Counted { shards: &shards, word: 1 };
        let mut naive = Naive { calls: VecDeque::new() };
        let mut current = generation(7);
        let cleared_at = cleared_at.index(calls.len());
        for (index, call) in calls.iter().enumerate() {
            if index == cleared_at {
                current = generation(9);
                naive.calls.clear();
            }
            let before = naive.tally();
            if naive.calls.len() == size as usize {
                naive.calls.pop_front();
            }
            naive.calls.push_back((0, *call));
            let recorded = record(&window, counted, current, *call, |_| unreachable!("no clock"));
            naive.check(&policy, before, recorded)?;
        }
    }

    #[test]
    fn a_time_window_holds_the_calls_of_its_slices(
        slice in 1_u64..500,
        policy in policies(),
        calls in prop::collection::vec((calls(), 0_u64..2_000), 1..300),
        cleared_at in any::<prop::sample::Index>(),
    ) {
        let policy = policy.time_window(Duration::from_millis(slice * 10));
        let window = Window::of(&policy).unwrap();
        let shards = Shards::<1>::new();
        let counted = Counted { shards: &shards, word: 0 };
        let mut naive = Naive { calls: VecDeque::new() };
        let mut current = generation(7);
        let cleared_at = cleared_at.index(calls.len());
        let mut now = 1 << 36;
        for (index, (call, pause)) in calls.iter().enumerate() {
            now += pause;
            if index == cleared_at {
                current = generation(8);
                naive.calls.clear();
            }
            naive.calls.retain(|(number, _)| number + 10 > now / slice);
            let before = naive.tally();
            naive.calls.push_back((now / slice, *call));
            naive.check(&policy, before, record(&window, counted, current, *call, |_| now))?;
        }
    }
}

const FAILED: Call = Call { failed: true, slow: false };
const GOOD: Call = Call { failed: false, slow: false };

fn count_window(size: u32) -> Window {
    Window::of(&BreakerPolicy::new().failure_rate(1.0).count_window(size)).unwrap()
}

fn time_window() -> Window {
    Window::of(&BreakerPolicy::new().failure_rate(1.0).time_window(Duration::from_secs(10))).unwrap()
}

#[test]
fn after_many_successes_a_count_window_still_slides() {
    let (window, shards) = (count_window(10), Shards::<1>::new());
    let counted = Counted { shards: &shards, word: 0 };
    for _ in 0..10_000 {
        record(&window, counted, generation(0), GOOD, |_| 0);
    }
    for failed in 1..=10 {
        let tally = record(&window, counted, generation(0), FAILED, |_| 0);
        assert_eq!(tally, Some(Tally { total: 10, failed, slow: 0 }));
    }
}

#[test]
fn a_late_outcome_is_dropped() {
    let (old, new) = (generation(3), generation(5));
    for window in [count_window(9), time_window()] {
        let shards = Shards::<1>::new();
        let counted = Counted { shards: &shards, word: 0 };
        for call in [FAILED, GOOD] {
            record(&window, counted, new, call, |_| 0);
            assert_eq!(record(&window, counted, old, call, |_| 0), None);
        }
        assert_eq!(record(&window, counted, new, FAILED, |_| 0), Some(Tally { total: 3, failed: 2, slow: 0 }));
    }
}

#[test]
fn nothing_recorded_is_lost_between_threads() {
    for window in [count_window(40_000), time_window()] {
        let shards = Shards::<1>::new();
        let counted = Counted { shards: &shards, word: 0 };
        std::thread::scope(|scope| {
            for thread in 0..20 {
                let window = &window;
                scope.spawn(move || {
                    for call in 0..1_000_u64 {
                        let outcome = Call { failed: (call + thread) % 2 == 0, slow: false };
                        // Over several slices, none of which has left the window at the end.
                        record(window, counted, generation(1), outcome, |_| 100_000 + call * 8);
                    }
                });
            }
        });
        let tally = record(&window, counted, generation(1), FAILED, |_| 108_000);
        assert_eq!(tally, Some(Tally { total: 20_001, failed: 10_001, slow: 0 }));
    }
}

#[test]
fn the_good_call_that_was_needed_to_judge_makes_a_time_window_look() {
    let policy = BreakerPolicy::new().failure_rate(0.5).time_window(Duration::from_secs(10)).min_calls(5);
    let (window, shards) = (Window::of(&policy).unwrap(), Shards::<1>::new());
    let counted = Counted { shards: &shards, word: 0 };
    for good in 1..=3 {
        for _ in 0..good {
            record(&window, counted, generation(good), GOOD, |_| 0);
        }
        for _ in 0..4 - good {
            record(&window, counted, generation(good), FAILED, |_| 0);
        }
        let tally = record(&window, counted, generation(good), GOOD, |_| 0);
        assert_eq!(tally, Some(Tally { total: 5, failed: 4 - good, slow: 0 }));
    }
}
