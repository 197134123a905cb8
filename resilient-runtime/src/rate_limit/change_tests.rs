//! Settings that change: what was taken before counts by those of now.

use std::time::Duration;

use proptest::prelude::*;

use crate::rate_limit::machine::Machine;
use crate::rate_limit::policy::RateLimitPolicy;

const PER: u64 = 1_000;

fn window(permits: u32) -> RateLimitPolicy {
    RateLimitPolicy::new(permits, Duration::from_nanos(PER))
}

fn bucket(permits: u32, burst: u32) -> RateLimitPolicy {
    window(permits).burst(burst)
}

/// Takes a permit at `now`, if one is free.
fn took(machine: &mut Machine, now: u64) -> bool {
    let is_free = machine.begins_at(now, 0, 1) <= now;
    if is_free {
        machine.take(now, 1);
    }
    is_free
}

#[derive(Clone, Copy, Debug)]
enum Event {
    /// A call after so many nanoseconds.
    Call(u64),
    Change(u32),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![4 => (0..400_u64).prop_map(Event::Call), 1 => (1..9_u32).prop_map(Event::Change)];
    prop::collection::vec(event, 1..200)
}

proptest! {
    #[test]
    fn no_call_begins_with_more_before_it_in_the_span_than_the_permits_of_now(first in 1..9_u32, events in events()) {
        let (mut machine, mut permits) = (Machine::new(&window(first)), first);
        let (mut now, mut begun) = (0, Vec::<u64>::new());
        for event in events {
            match event {
                Event::Change(more) => {
                    permits = more;
                    machine.change(&window(more), now);
                }
                Event::Call(later) => {
                    now += later;
                    let before = begun.iter().filter(|at| **at + PER > now).count();
                    prop_assert_eq!(took(&mut machine, now), before < permits as usize);
                    if before < permits as usize {
                        begun.push(now);
                    }
                }
            }
        }
    }

    #[test]
    fn changes_back_and_forth_give_no_permit_back(
        policies in prop::collection::vec((1..9_u32, prop::option::of(1..9_u32)), 2..20),
        calls in 0..9_u64,
    ) {
        let policy = |(permits, burst): (u32, Option<u32>)| burst.map_or(window(permits), |burst| bucket(permits, burst));
        let mut machine = Machine::new(&policy(policies[0]));
        let mut most = u64::from(policies[0].1.unwrap_or(policies[0].0));
        let taken = (0..calls).filter(|_| took(&mut machine, 0)).count() as u64;
        for next in &policies[1..] {
            machine.change(&policy(*next), 0);
            most = most.max(u64::from(next.1.unwrap_or(next.0)));
            prop_assert!(machine.available(0).unwrap() + taken.min(most) <= most);
        }
    }
}

#[test]
fn a_hold_outlasts_a_change_and_holds_alone_give_way_to_permits() {
    let mut machine = Machine::new(&RateLimitPolicy::HOLDS_ONLY);
    machine.hold(0, 500);
    machine.change(&window(2), 0);
    assert!(!took(&mut machine, 499));
    assert_eq!(machine.held_for(400), 100);
    assert!(took(&mut machine, 500));
}
