//! Compares the windows with a queue of outcomes.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::core::totals::Totals;

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

/// What a breaker does with a call.
fn record<const N: usize>(
    window: &Window,
    counted: Counted<'_, N>,
    generation: u64,
    call: Call,
    now: impl Fn(Resolution) -> u64,
) -> Option<Tally> {
    let only_counts = match window {
        Window::Calls(calls) => calls.only_counts(generation),
        Window::Time(time) => time.only_counts(generation, now(time.resolution())),
    };
    let is_counted = call.is_good() && only_counts && counted.add_one(generation);
    if is_counted { None } else { window.record(counted, generation, call, now) }
}

/// A policy with rates that calls of the strategy reach now and then.
fn policies() -> impl Strategy<Value = BreakerPolicy> {
    (0.05..1.0, 0.05..1.0, 1_u32..60).prop_map(|(failed, slow, min_calls)| {
        BreakerPolicy::new().failure_rate(failed).slow_call(Duration::from_secs(1), slow).min_calls(min_calls)
    })
}

/// A window that remembers every call.
struct Naive {
    calls: VecDeque<(u64, Call)>,
}

impl Naive {
    fn tally(&self) -> Tally {
        count(self.calls.iter().map(|(_, call)| call))
    }

    /// What `record` may return: the tally, or nothing if this call cannot be the one that makes a rate too high.
    fn check(&self, policy: &BreakerPolicy, before: Tally, recorded: Option<Tally>) -> Result<(), TestCaseError> {
        match recorded {
            Some(tally) => prop_assert_eq!(tally, self.tally()),
            None => prop_assert!(policy.reached_rate(self.tally()).is_none() || policy.reached_rate(before).is_some()),
        }
        Ok(())
    }
}

/// Threads that live as long as the test and run one at a time, each with its own word.
struct Threads<'scope>(Vec<mpsc::Sender<Box<dyn FnOnce() + Send + 'scope>>>);

impl<'scope> Threads<'scope> {
    const COUNT: usize = 3;

    fn new(scope: &'scope thread::Scope<'scope, '_>) -> Self {
        let spawn = |_| {
            let (sender, acts) = mpsc::channel::<Box<dyn FnOnce() + Send + 'scope>>();
            scope.spawn(move || acts.into_iter().for_each(|act| act()));
            sender
        };
        Self((0..Self::COUNT).map(spawn).collect())
    }

    /// Runs a function on one of the threads, and waits for its result.
    fn run<R: Send + 'scope>(&self, thread: usize, act: impl FnOnce() -> R + Send + 'scope) -> R {
        let (sender, returned) = mpsc::channel();
        self.0[thread].send(Box::new(move || sender.send(act()).expect("it is waited for"))).expect("it runs");
        returned.recv().expect("it does not panic")
    }
}

/// What happens between two calls.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// Time passes.
    Pause(u64),
    /// The breaker changed its state so many times, and closed last.
    Cleared(u64),
}

fn changes(pauses: impl Strategy<Value = u64> + 'static) -> impl Strategy<Value = Change> {
    prop_oneof![20 => pauses.prop_map(Change::Pause), 1 => (1_u64..=1 << 17).prop_map(Change::Cleared)]
}

type Step = (Change, Call, usize, usize);

/// A change, and then a few like calls of one thread.
fn steps(pauses: impl Strategy<Value = u64> + 'static) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((changes(pauses), calls(), 0..Threads::COUNT, 1_usize..4), 1..100)
}

/// Runs the steps on the window and on the naive one, from which `forget` removes what has left the window. Now and
/// then a call of an old generation ends, which must change nothing.
fn play(
    policy: &BreakerPolicy,
    totals: &Totals<2>,
    steps: Vec<Step>,
    mut forget: impl FnMut(&mut VecDeque<(u64, Call)>, u64),
) -> Result<(), TestCaseError> {
    let window = &Window::of(policy).unwrap();
    let counted = Counted { totals, word: 1 };
    let mut naive = Naive { calls: VecDeque::new() };
    let (mut now, mut generation) = (1 << 36, 0);
    thread::scope(|scope| {
        let threads = Threads::new(scope);
        for (change, call, thread, times) in steps {
            match change {
                Change::Pause(pause) => now += pause,
                Change::Cleared(changes) => {
                    let late = generation;
                    generation += changes;
                    threads.run(thread, move || window.clear(counted, generation));
                    naive.calls.clear();
                    let recorded = threads.run(thread, move || record(window, counted, late, call, |_| now));
                    prop_assert_eq!(recorded, None, "late");
                }
            }
            for _ in 0..times {
                forget(&mut naive.calls, now);
                let before = naive.tally();
                naive.calls.push_back((now, call));
                let recorded = threads.run(thread, move || record(window, counted, generation, call, |_| now));
                forget(&mut naive.calls, now);
                naive.check(policy, before, recorded)?;
            }
        }
        Ok(())
    })
}

/// Of a breaker with shards, and of a light one.
fn totals() -> impl Strategy<Value = Totals<2>> {
    any::<bool>().prop_map(|is_sharded| if is_sharded { Totals::sharded() } else { Totals::plain() })
}

/// From a moment to weeks.
fn pauses() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0_u64..2_000, 1 => 0_u64..1 << 20, 1 => 0_u64..1 << 33]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_count_window_holds_the_last_calls(
        size in 1_usize..120,
        policy in policies(),
        totals in totals(),
        steps in steps(Just(0)),
    ) {
        let policy = policy.count_window(u32::try_from(size).unwrap());
        play(&policy, &totals, steps, |calls, _| drop(calls.drain(..calls.len().saturating_sub(size))))?;
    }

    #[test]
    fn a_time_window_holds_the_calls_of_its_slices(
        slice in 1_u64..500,
        policy in policies(),
        totals in totals(),
        steps in steps(pauses()),
    ) {
        let policy = policy.time_window(Duration::from_millis(slice * 10));
        play(&policy, &totals, steps, |calls, now| calls.retain(|(ended, _)| ended / slice + 10 > now / slice))?;
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
    let (window, totals) = (count_window(10), Totals::<1>::sharded());
    let counted = Counted { totals: &totals, word: 0 };
    for _ in 0..10_000 {
        record(&window, counted, 0, GOOD, |_| 0);
    }
    for failed in 1..=10 {
        let tally = record(&window, counted, 0, FAILED, |_| 0);
        assert_eq!(tally, Some(Tally { total: 10, failed, slow: 0 }));
    }
}

#[test]
fn a_call_of_another_generation_is_dropped() {
    for window in [count_window(9), time_window()] {
        let totals = Totals::<1>::sharded();
        let counted = Counted { totals: &totals, word: 0 };
        for current in [5, 1 << 14, 1 << 24, 1 << 40] {
            window.clear(counted, current);
            for other in [0, 1, current - 1, current + 1, current + (1 << 24), current + (1 << 40)] {
                for call in [FAILED, GOOD] {
                    assert_eq!(record(&window, counted, other, call, |_| 0), None);
                }
            }
            record(&window, counted, current, GOOD, |_| 0);
            assert_eq!(record(&window, counted, current, FAILED, |_| 0), Some(Tally { total: 2, failed: 1, slow: 0 }));
        }
    }
}

/// The words of the threads hold only the low bits of the generation.
#[test]
fn good_calls_of_an_older_generation_are_forgotten_also_when_its_low_bits_come_round() {
    let policy = BreakerPolicy::new().failure_rate(1.0).min_calls(1);
    for policy in [policy.count_window(100), policy.time_window(Duration::from_secs(10))] {
        let (window, totals) = (Window::of(&policy).unwrap(), Totals::<1>::sharded());
        let counted = Counted { totals: &totals, word: 0 };
        for bits in [14, 20, 23, 24, 25, 32, 40] {
            (0..9).for_each(|_| assert!(record(&window, counted, 0, GOOD, |_| 0).is_none_or(|tally| tally.total == 1)));
            window.clear(counted, 1);
            window.clear(counted, 1 << bits);
            let tally = record(&window, counted, 1 << bits, FAILED, |_| 0);
            assert_eq!(tally, Some(Tally { total: 1, failed: 1, slow: 0 }), "after 2^{bits} changes of state");
            window.clear(counted, 0);
        }
    }
}

#[test]
fn nothing_recorded_is_lost_between_threads() {
    for window in [count_window(40_000), time_window()] {
        let totals = Totals::<1>::sharded();
        let counted = Counted { totals: &totals, word: 0 };
        window.clear(counted, 1);
        thread::scope(|scope| {
            for thread in 0..20 {
                let window = &window;
                scope.spawn(move || {
                    for call in 0..1_000_u64 {
                        let outcome = Call { failed: (call + thread) % 2 == 0, slow: false };
                        // Over several slices, none of which has left the window at the end.
                        record(window, counted, 1, outcome, |_| 100_000 + call * 8);
                    }
                });
            }
        });
        let tally = record(&window, counted, 1, FAILED, |_| 108_000);
        assert_eq!(tally, Some(Tally { total: 20_001, failed: 10_001, slow: 0 }));
    }
}

/// As above, once all threads count good calls without the lock.
#[test]
fn no_good_call_is_lost_between_threads() {
    let policy = BreakerPolicy::new().failure_rate(1.0).min_calls(1);
    let (calls, time) = (policy.count_window(40_000), policy.time_window(Duration::from_secs(10)));
    for (policy, is_light) in [(calls, false), (time, false), (calls, true), (time, true)] {
        let window = Window::of(&policy).unwrap();
        let totals = if is_light { Totals::<1>::plain() } else { Totals::sharded() };
        let counted = Counted { totals: &totals, word: 0 };
        thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| {
                    for call in 0..1_000 {
                        record(&window, counted, 0, GOOD, |_| 100_000 + call);
                    }
                });
            }
        });
        let tally = record(&window, counted, 0, FAILED, |_| 101_000);
        assert_eq!(tally, Some(Tally { total: 20_001, failed: 1, slow: 0 }));
    }
}

#[test]
fn the_good_call_that_was_needed_to_judge_makes_a_time_window_look() {
    let policy = BreakerPolicy::new().failure_rate(0.5).time_window(Duration::from_secs(10)).min_calls(5);
    let (window, totals) = (Window::of(&policy).unwrap(), Totals::<1>::sharded());
    let counted = Counted { totals: &totals, word: 0 };
    for good in 1..=3 {
        window.clear(counted, good);
        for _ in 0..good {
            record(&window, counted, good, GOOD, |_| 0);
        }
        for _ in 0..4 - good {
            record(&window, counted, good, FAILED, |_| 0);
        }
        let tally = record(&window, counted, good, GOOD, |_| 0);
        assert_eq!(tally, Some(Tally { total: 5, failed: 4 - good, slow: 0 }));
    }
}

#[test]
fn a_clock_that_is_behind_counts_in_the_current_slice() {
    let (window, totals) = (time_window(), Totals::<1>::sharded());
    let counted = Counted { totals: &totals, word: 0 };
    record(&window, counted, 0, FAILED, |_| 100_000);
    for behind in [99_999, 90_000, 0] {
        record(&window, counted, 0, GOOD, |_| behind);
        record(&window, counted, 0, FAILED, |_| behind);
    }
    let tally = record(&window, counted, 0, FAILED, |_| 100_000);
    assert_eq!(tally, Some(Tally { total: 8, failed: 5, slow: 0 }));
}
