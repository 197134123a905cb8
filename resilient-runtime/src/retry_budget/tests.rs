//! The tokens against a naive model, and the scenarios of retry storms.

use proptest::prelude::*;

use super::machine::Machine;
use super::policy::{EarnedBy, RetryBudgetPolicy, SECOND};

/// Calls one after the other that all fail, each retried as often as the budget allows, up to `most` times. Returns the
/// requests.
fn outage(policy: &RetryBudgetPolicy, calls: u64, nanos_per_call: u64, most: u64) -> u64 {
    let mut machine = Machine::new(policy, 0);
    let retries = |call| (0..most).take_while(|_| machine.take(policy, call * nanos_per_call, call)).count() as u64;
    calls + (1..=calls).map(retries).sum::<u64>()
}

#[test]
fn an_outage_of_a_million_calls_makes_a_fifth_more_requests_and_what_time_earns() {
    let policy = RetryBudgetPolicy::new();
    let seconds = 100;
    let requests = outage(&policy, 1_000_000, seconds * SECOND / 1_000_000, 3);
    let most = 1_200_000 + 10 * seconds + 10;
    assert!((most - 1..=most).contains(&requests), "{requests}");
}

#[test]
fn every_share_from_a_hundredth_to_ten_is_exact() {
    for hundredths in 1..=1_000_u32 {
        let share = f64::from(hundredths) / 100.0;
        let policy = RetryBudgetPolicy::new().share(share).min_per_second(0);
        let requests = outage(&policy, 1_000, 1_000, 20);
        assert_eq!(requests, 1_000 + 10 * u64::from(hundredths), "{share}");
    }
}

/// The scenarios of Finagle's tests of retry budgets: so many calls, one after the other, and after which of them there
/// is a token.
#[test]
fn a_share_gives_a_token_once_enough_calls_have_earned_it() {
    for (share, tokens) in [
        (0.25, [0, 0, 0, 1, 0, 0, 0, 1]),
        (0.5, [0, 1, 0, 1, 0, 1, 0, 1]),
        (0.75, [0, 1, 1, 1, 0, 1, 1, 1]),
        (1.0, [1; 8]),
        (4.0, [4; 8]),
        (0.0, [0; 8]),
    ] {
        // Time earns something where nothing else does, and none of it has passed.
        let policy = RetryBudgetPolicy::new().share(share).min_per_second(u32::from(share == 0.0));
        let mut machine = Machine::new(&policy, 0);
        while machine.take(&policy, 0, 0) {}
        let taken = (1..=8).map(|calls| (0..9).take_while(|_| machine.take(&policy, 0, calls)).count());
        assert_eq!(taken.collect::<Vec<_>>(), tokens, "{share}");
    }
}

#[test]
fn calls_that_all_succeed_save_up_no_more_than_the_burst_for_an_outage() {
    let policy = RetryBudgetPolicy::new();
    let mut machine = Machine::new(&policy, 0);
    let day = 24 * 3_600 * SECOND;
    assert_eq!(machine.available(&policy, day, 1_000_000), 100);
    let requests = (1..=1_000).map(|call| u64::from(machine.take(&policy, day, 1_000_000 + call)));
    // The first call of the outage finds all of it there, so that nothing is added.
    assert_eq!(requests.sum::<u64>(), (500 + 999) / 5, "what was kept, and what the calls of the outage earn");
}

#[test]
fn what_time_earns_comes_evenly_and_not_at_once() {
    let policy = RetryBudgetPolicy::new().share(0.0).min_per_second(10);
    let mut machine = Machine::new(&policy, 0);
    let mut taken = |now: u64| (0..1_000).take_while(|_| machine.take(&policy, now, 0)).count();
    assert_eq!(taken(0), 10, "of one second, and not of ten");
    for tenth in 1..=100 {
        assert_eq!(taken(tenth * SECOND / 10), 1);
    }
}

#[test]
fn a_quiet_client_has_what_time_earns() {
    let policy = RetryBudgetPolicy::new().share(0.0).min_per_second(2);
    let mut machine = Machine::new(&policy, 0);
    assert!(machine.take(&policy, 0, 0) && machine.take(&policy, 0, 0), "one second's worth");
    assert!(!machine.take(&policy, SECOND / 2 - 1, 0));
    assert!(machine.take(&policy, SECOND / 2, 0));
    assert!(!machine.take(&policy, SECOND / 2, 0));
}

#[test]
fn no_more_than_the_burst_is_kept_after_years_and_calls_without_number() {
    let policy = RetryBudgetPolicy::new().burst(5);
    let mut machine = Machine::new(&policy, 0);
    assert_eq!(machine.available(&policy, 0, 0), 5, "less than one second's worth");
    for (now, calls) in [(SECOND, 10), (u64::MAX / 2, u64::MAX / 2), (u64::MAX, u64::MAX)] {
        assert_eq!(machine.available(&policy, now, calls), 5);
    }
    assert_eq!((0..9).filter(|_| machine.take(&policy, u64::MAX, u64::MAX)).count(), 5);
}

#[test]
fn a_clock_or_a_count_that_is_behind_earns_nothing() {
    let policy = RetryBudgetPolicy::new().share(1.0).burst(1_000);
    let mut machine = Machine::new(&policy, SECOND);
    assert_eq!(machine.available(&policy, SECOND, 7), 17);
    assert_eq!(machine.available(&policy, 0, 3), 17);
    assert_eq!(machine.available(&policy, SECOND, 7), 17);
}

#[test]
fn invalid_values_become_the_nearest_valid_ones() {
    let invalid = |share| RetryBudgetPolicy { share, ..RetryBudgetPolicy::new() }.per_call();
    assert_eq!([-1.0, f64::NAN, 11.0].map(invalid), [0, 0, 10_000_000_000]);
    assert_eq!(RetryBudgetPolicy { burst: 0, ..RetryBudgetPolicy::new() }.most(), 1_000_000_000);
}

#[test]
fn every_setting_is_listed_under_its_name() {
    let listed = |policy: RetryBudgetPolicy| {
        policy.settings().iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>()
    };
    let policy = RetryBudgetPolicy::new().share(0.1).min_per_second(1).burst(7).earned_by(EarnedBy::Successes);
    assert_eq!(listed(policy), ["share = 0.1", "min_per_second = 1", "burst = 7", "earned_by = successes"]);
}

#[derive(Clone, Debug)]
enum Event {
    Calls(u64),
    Time(u64),
    Take,
    GiveBack,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => (0_u64..40).prop_map(Event::Calls),
        2 => (0_u64..SECOND).prop_map(Event::Time),
        5 => Just(Event::Take),
        1 => Just(Event::GiveBack),
    ];
    prop::collection::vec(event, 1..400)
}

proptest! {
    #[test]
    fn tokens_are_those_of_a_bucket_that_is_filled_at_every_event(
        percent in 0_u32..300,
        min_per_second in 0_u32..20,
        burst in 1_u32..30,
        events in events(),
    ) {
        let share = f64::from(percent) / 100.0;
        let policy = RetryBudgetPolicy::new().share(share).min_per_second(min_per_second).burst(burst);
        let mut machine = Machine::new(&policy, 0);
        // In hundredths of billionths.
        let (token, full) = (u128::from(SECOND) * 100, u128::from(burst) * u128::from(SECOND) * 100);
        let mut tokens = full.min(u128::from(min_per_second) * token);
        let (mut now, mut calls, mut taken) = (0, 0, 0_u32);
        for event in events {
            match event {
                Event::Calls(more) => {
                    calls += more;
                    tokens += u128::from(more) * u128::from(percent) * u128::from(SECOND);
                }
                Event::Time(more) => {
                    now += more;
                    tokens += u128::from(more) * u128::from(min_per_second) * 100;
                }
                Event::Take => {
                    let has_one = tokens >= token;
                    prop_assert_eq!(machine.take(&policy, now, calls), has_one);
                    tokens -= if has_one { token } else { 0 };
                    taken += u32::from(has_one);
                }
                Event::GiveBack if taken > 0 => {
                    taken -= 1;
                    tokens += token;
                    machine.give_back(&policy);
                }
                Event::GiveBack => {}
            }
            tokens = tokens.min(full);
        }
        prop_assert_eq!(u128::from(machine.available(&policy, now, calls)), tokens / token);
    }
}
