//! The permits, holds and the queue against naive models.

use std::collections::VecDeque;
use std::time::Duration;

use proptest::prelude::*;

use super::bucket::Bucket;
use super::machine::Machine;
use super::permit_word::{PermitWord, Seen};
use super::policy::RateLimitPolicy;
use super::queue::{Queue, Turn};
use crate::core::wait_queue::Place;

const PER: u64 = 1_000;

fn window_policy(permits: u32) -> RateLimitPolicy {
    RateLimitPolicy::new(permits, Duration::from_nanos(PER))
}

fn bucket_policy(permits: u32, burst: u32) -> RateLimitPolicy {
    window_policy(permits).burst(burst)
}

fn window(permits: u32) -> Machine {
    Machine::new(&window_policy(permits))
}

fn bucket(permits: u32, burst: u32) -> Machine {
    Machine::new(&bucket_policy(permits, burst))
}

/// When calls began, and how many permits each took.
type Begun = Vec<(u64, u64)>;

/// The permits that were taken in the half-open span that begins at `from`.
fn taken_in(begun: &Begun, from: u64, span: u64) -> u64 {
    begun.iter().filter(|(at, _)| (from..from + span).contains(at)).map(|(_, cost)| cost).sum()
}

fn arrivals() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let step = prop_oneof![3 => 0_u64..3, 3 => 0..400_u64, 1 => 0..5_000_u64, 1 => Just(PER), 1 => Just(PER - 1)];
    prop::collection::vec((step, 1_u64..4), 1..120)
}

proptest! {
    #[test]
    fn never_more_than_the_permits_begin_in_any_span_and_no_call_is_refused_without_need(
        permits in 3_u32..20,
        arrivals in arrivals(),
    ) {
        let mut machine = window(permits);
        let (mut now, mut begun) = (0, Begun::new());
        for (step, cost) in arrivals {
            now += step;
            let at = machine.begins_at(now, 0, cost);
            let fits = |at: u64| taken_in(&begun, (at + 1).saturating_sub(PER), PER) + cost <= u64::from(permits);
            prop_assert!(at >= now && fits(at), "too early");
            prop_assert!(at == now || !fits(at - 1), "{at} is too late");
            if at == now {
                machine.take(now, cost);
                begun.push((now, cost));
            }
        }
        for &(at, _) in &begun {
            prop_assert!(taken_in(&begun, at, PER) <= u64::from(permits));
        }
    }

    #[test]
    fn a_bucket_never_gives_more_than_its_burst_and_what_has_been_added_since(
        permits in 1_u32..20,
        burst in 3_u32..20,
        arrivals in arrivals(),
    ) {
        let mut machine = bucket(permits, burst);
        // Tokens times `PER`, so that a whole one is added in `PER / permits` without rounding.
        let (mut now, mut tokens, full) = (0, u64::from(burst) * PER, u64::from(burst) * PER);
        for (step, cost) in arrivals {
            now += step;
            tokens = full.min(tokens + step * u64::from(permits));
            prop_assert_eq!(machine.available(now), Some(tokens / PER));
            let missing = (cost * PER).saturating_sub(tokens);
            prop_assert_eq!(machine.begins_at(now, 0, cost), now + missing.div_ceil(u64::from(permits)));
            if missing == 0 {
                machine.take(now, cost);
                tokens -= cost * PER;
            }
        }
    }

    #[test]
    fn who_waits_begins_when_it_was_told_unless_others_give_up(permits in 1_u32..6, steps in arrivals()) {
        for machine in [window(permits), bucket(permits, permits)] {
            let mut queue = Queue::new(machine);
            let (mut now, mut waiting) = (0, VecDeque::new());
            for (step, _) in steps.iter().take(60) {
                let_begin(&mut queue, now, now + step, &mut waiting)?;
                now += step;
                let wait = match queue.try_take(now, 1) {
                    Ok(()) => continue,
                    Err(wait) => wait,
                };
                waiting.push_back((Some(queue.join(1)), now + wait));
            }
            prop_assert_eq!(queue.waiting(), waiting.len());
        }
    }

    #[test]
    fn those_who_wait_begin_in_the_order_of_arrival_whoever_gives_up(
        permits in 3_u32..6,
        steps in arrivals(),
        leaving in prop::collection::vec(any::<prop::sample::Index>(), 120),
    ) {
        let mut queue = Queue::new(window(permits));
        let (mut now, mut begun, mut waiting) = (0, Begun::new(), VecDeque::new());
        for ((step, cost), leaves) in steps.into_iter().zip(leaving) {
            now += step;
            while let Some((place, cost)) = waiting.front_mut() {
                if let Turn::At(at) = queue.turn(now, place, &mut None) {
                    prop_assert!(at > now);
                    break;
                }
                begun.push((now, *cost));
                waiting.pop_front();
            }
            for (place, _) in waiting.iter_mut().skip(1).take(3) {
                prop_assert!(matches!(queue.turn(now, place, &mut None), Turn::Behind));
            }
            match queue.try_take(now, cost) {
                Ok(()) => {
                    prop_assert!(waiting.is_empty(), "it overtook");
                    begun.push((now, cost));
                }
                Err(_) => waiting.push_back((Some(queue.join(cost)), cost)),
            }
            if step % 3 == 0 && let Some((Some(place), _)) = waiting.remove(leaves.index(waiting.len().max(1))) {
                queue.leave(place);
            }
            prop_assert_eq!(queue.waiting(), waiting.len());
        }
        for &(at, _) in &begun {
            prop_assert!(taken_in(&begun, at, PER) <= u64::from(permits));
        }
    }
}

/// A queue whose calls go by its word, as long as they can.
struct ByWord {
    queue: Queue,
    bucket: Option<Bucket>,
    word: PermitWord,
}

/// A long time after the beginning of the scale, as in a process.
const ORIGIN: u64 = 1 << 56;

impl ByWord {
    fn new(policy: &RateLimitPolicy) -> Self {
        let queue = Queue::new(Machine::new(policy));
        Self { word: queue.word(ORIGIN), bucket: Machine::bucket_of(policy), queue }
    }

    fn under_the_lock<R>(&mut self, act: impl FnOnce(&mut Queue) -> R) -> R {
        if self.word != PermitWord::CLOSED {
            self.queue.go_on_from(self.word, ORIGIN);
        }
        let result = act(&mut self.queue);
        self.word = self.queue.word(ORIGIN);
        result
    }

    fn try_take(&mut self, now: u64, cost: u64) -> Result<(), u64> {
        match (self.word.seen(), self.bucket) {
            (Seen::Open { by, moment }, Some(bucket)) => {
                let after = bucket.take(moment.into(), now - ORIGIN, cost)?;
                let Some(after) = PermitWord::open(by, after) else {
                    return self.under_the_lock(|queue| queue.try_take(now, cost));
                };
                self.word = after;
                Ok(())
            }
            (Seen::Reached { until, .. }, _) if now < until && cost == 1 => Err(until - now),
            _ => self.under_the_lock(|queue| queue.try_take(now, cost)),
        }
    }
}

proptest! {
    #[test]
    fn calls_that_go_by_the_word_fare_as_all_under_the_lock(
        permits in 3_u32..20,
        burst in 3_u32..20,
        begins in prop_oneof![Just(0), Just(ORIGIN), Just(1 << 61)],
        steps in prop::collection::vec((0_u64..400, 1_u64..4, 0_u8..20), 1..200),
    ) {
        for policy in [window_policy(permits), bucket_policy(permits, burst)] {
            let mut locked = Queue::new(Machine::new(&policy));
            let mut by_word = ByWord::new(&policy);
            let mut now = ORIGIN + begins;
            for &(step, cost, what) in &steps {
                now += step;
                match what {
                    0 => {
                        locked.machine.hold(now, step);
                        by_word.under_the_lock(|queue| queue.machine.hold(now, step));
                    }
                    1 => {
                        locked.machine.resume();
                        by_word.under_the_lock(|queue| queue.machine.resume());
                    }
                    2 => {
                        let free = by_word.under_the_lock(|queue| queue.machine.available(now));
                        prop_assert_eq!(free, locked.machine.available(now));
                    }
                    _ => prop_assert_eq!(by_word.try_take(now, cost), locked.try_take(now, cost)),
                }
            }
        }
    }
}

#[test]
fn no_call_goes_by_the_word_while_another_waits_or_a_hold_is_remembered() {
    let mut queue = Queue::new(bucket(10, 10));
    let is_open = |queue: &Queue| matches!(queue.word(0).seen(), Seen::Open { .. });
    assert!(is_open(&queue));
    let place = queue.join(1);
    assert_eq!(queue.word(0), PermitWord::CLOSED);
    queue.leave(place);
    assert!(is_open(&queue));
    queue.machine.hold(0, 500);
    assert_eq!(queue.word(0), PermitWord::CLOSED);
    assert_eq!(queue.try_take(1_499, 1), Ok(()));
    assert_eq!(queue.word(0), PermitWord::CLOSED, "permits come evenly");
    assert_eq!(queue.try_take(1_500, 1), Ok(()));
    assert!(is_open(&queue));
}

#[test]
fn a_bucket_of_an_odd_rate_goes_by_the_word_until_its_count_does_not_fit() {
    let policy = RateLimitPolicy::new(999_999_937, Duration::from_secs(1)).burst(2);
    let mut by_word = ByWord::new(&policy);
    for (after, is_open) in [(1_000_000_000, true), (1 << 62, false)] {
        let now = ORIGIN + after;
        assert_eq!([(); 3].map(|()| by_word.try_take(now, 1)), [Ok(()), Ok(()), Err(2)]);
        assert_eq!(matches!(by_word.word.seen(), Seen::Open { .. }), is_open);
        assert_eq!(by_word.try_take(now + 2, 1), Ok(()));
    }
}

/// Lets the time pass, in which those begin whose turn comes: each exactly when the queue said.
fn let_begin(
    queue: &mut Queue,
    mut now: u64,
    until: u64,
    waiting: &mut VecDeque<(Option<Place>, u64)>,
) -> Result<(), TestCaseError> {
    while let Some((place, told)) = waiting.front_mut() {
        let told = *told;
        if told > now {
            let turn = queue.turn(now, place, &mut None);
            prop_assert!(matches!(turn, Turn::At(at) if at == told), "{turn:?} and not {told}");
        }
        if told > until {
            break;
        }
        now = now.max(told);
        let turn = queue.turn(now, place, &mut None);
        prop_assert!(matches!(turn, Turn::Begins(_)), "{turn:?} at {now}");
        waiting.pop_front();
    }
    Ok(())
}

#[test]
fn a_window_of_a_million_calls_and_a_day_idle_is_as_on_the_first() {
    let mut machine = window(80);
    let mut now = 0;
    for _ in 0..1_000_000 {
        now = machine.begins_at(now, 0, 1);
        machine.take(now, 1);
    }
    assert_eq!(now, (1_000_000 / 80 - 1) * PER);
    now += 86_400_000_000_000;
    assert_eq!(machine.available(now), Some(80));
    assert_eq!(machine.begins_at(u64::MAX - 1, 0, 80), u64::MAX - 1);
}

#[test]
fn many_turns_ahead_are_spans_ahead() {
    for machine in [window(10), bucket(10, 10)] {
        assert_eq!(machine.begins_at(5, 9, 1), 5);
    }
    let machine = window(10);
    assert_eq!([10, 19, 20, 105].map(|ahead| machine.begins_at(5, ahead, 1)), [1_005, 1_005, 2_005, 10_005]);
    let machine = bucket(10, 10);
    assert_eq!([10, 19, 20, 105].map(|ahead| machine.begins_at(5, ahead, 1)), [105, 1_005, 1_105, 9_605]);
}

#[test]
fn a_hold_is_never_shortened_and_permits_come_evenly_after_it() {
    let mut machine = window(10);
    machine.hold(0, 500);
    machine.hold(100, 50);
    assert_eq!((machine.held_for(100), machine.available(100)), (400, Some(0)));
    assert_eq!([0, 1, 9, 10].map(|ahead| machine.begins_at(100, ahead, 1)), [500, 600, 1_400, 1_500]);
    let mut begun = Begun::new();
    let mut now = 100;
    while now < 2_000 {
        now = machine.begins_at(now, 0, 1);
        machine.take(now, 1);
        begun.push((now, 1));
    }
    let even: Vec<u64> = (0..10).map(|n| 500 + n * 100).collect();
    assert_eq!(begun.iter().map(|(at, _)| *at).take(10).collect::<Vec<_>>(), even);
    assert!(begun.iter().all(|&(at, _)| taken_in(&begun, at, PER) <= 10));
}

#[test]
fn a_call_of_several_permits_pays_for_them_at_the_even_pace() {
    let mut machine = bucket(10, 20);
    machine.hold(0, 500);
    machine.take(500, 3);
    assert_eq!(machine.begins_at(500, 0, 1), 800);
}

#[test]
fn the_even_pace_ends_after_one_span() {
    let mut machine = bucket(10, 20);
    machine.hold(0, 500);
    assert_eq!(machine.begins_at(1_499, 0, 1), 1_499);
    machine.take(1_499, 1);
    assert_eq!(machine.begins_at(1_499, 0, 1), 1_500);
    assert_eq!(machine.begins_at(1_500, 0, 15), 1_500);
}

#[test]
fn a_hold_that_is_ended_leaves_nothing_behind() {
    let mut machine = window(10);
    machine.hold(0, 500);
    machine.resume();
    assert_eq!((machine.held_for(0), machine.begins_at(0, 9, 1)), (0, 0));
}

#[test]
fn only_holds_limit_where_there_are_no_permits() {
    let mut machine = Machine::new(&RateLimitPolicy::HOLDS_ONLY);
    assert_eq!((machine.available(7), machine.begins_at(7, 1 << 40, 1)), (None, 7));
    machine.hold(7, 500);
    assert_eq!((machine.available(7), machine.begins_at(7, 3, 1)), (Some(0), 507));
    assert_eq!(machine.available(507), None);
}
