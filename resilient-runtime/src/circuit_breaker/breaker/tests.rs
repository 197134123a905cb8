//! Compares light breakers with those that have shards.

use std::thread;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::circuit_breaker::permit::Permit;

/// What callers and code by hand do, one after the other.
#[derive(Clone, Copy, Debug)]
enum Act {
    Call(Outcome),
    /// A call that lasts until the end of the next [`Act::End`].
    Begin,
    End(Outcome),
    Record(bool),
    Pass(u64),
    Reset,
    ForceOpen,
    Disable,
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        4 => Just(Outcome::Success),
        3 => Just(Outcome::Failure),
        1 => Just(Outcome::Ignored),
        1 => Just(Outcome::Dropped),
    ]
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        12 => outcomes().prop_map(Act::Call),
        3 => Just(Act::Begin),
        3 => outcomes().prop_map(Act::End),
        3 => any::<bool>().prop_map(Act::Record),
        3 => (0_u64..3_000).prop_map(Act::Pass),
        1 => Just(Act::Reset),
        1 => Just(Act::ForceOpen),
        1 => Just(Act::Disable),
    ]
}

fn policies() -> impl Strategy<Value = BreakerPolicy> {
    let base = BreakerPolicy::new().recovery_timeout(Duration::from_secs(2)).half_open_max_calls(2);
    prop_oneof![
        (1_u32..4).prop_map(move |failures| base.failure_threshold(failures)),
        (0.2..1.0, 1_u32..12).prop_map(move |(rate, calls)| base.failure_rate(rate).count_window(calls)),
        (0.2..1.0, 1_u32..6).prop_map(move |(rate, calls)| {
            base.failure_rate(rate).time_window(Duration::from_secs(5)).min_calls(calls)
        }),
        (0.2..1.0).prop_map(move |rate| base.slow_call(Duration::from_secs(1), rate).count_window(4)),
    ]
}

/// Does it, and returns what the caller sees.
fn act<'a>(breaker: &'a CircuitBreaker, act: Act, begun: &mut Vec<Permit<'a>>) -> Option<String> {
    match act {
        Act::Call(outcome) => {
            return breaker.try_acquire().map(|permit| permit.report(outcome)).err().as_ref().map(debug);
        }
        Act::Begin => return breaker.try_acquire().map(|permit| begun.push(permit)).err().as_ref().map(debug),
        Act::End(outcome) => drop(begun.pop().map(|permit| permit.report(outcome))),
        Act::Record(true) => breaker.record_success(),
        Act::Record(false) => breaker.record_failure(),
        Act::Pass(_) => {}
        Act::Reset => breaker.reset(),
        Act::ForceOpen => breaker.force_open(),
        Act::Disable => breaker.disable(),
    }
    None
}

fn debug(error: &Error) -> String {
    format!("{error:?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_light_breaker_behaves_as_one_with_shards(
        policy in policies(),
        acts in prop::collection::vec(acts(), 1..80),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let sharded = CircuitBreaker::new("either", policy);
            let light = sharded.light();
            let mut begun = [Vec::new(), Vec::new()];
            for step in acts {
                if let Act::Pass(millis) = step {
                    tokio::time::advance(Duration::from_millis(millis)).await;
                }
                let [first, second] = &mut begun;
                prop_assert_eq!(act(&sharded, step, first), act(&light, step, second));
                prop_assert_eq!((sharded.state(), sharded.stats()), (light.state(), light.stats()));
                prop_assert_eq!(sharded.is_call_permitted(), light.is_call_permitted());
            }
            Ok(())
        })?;
    }
}

#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_breaker_is_small_apart_from_its_shards_and_its_window() {
    let of_changes = if cfg!(feature = "config") { 24 } else { 0 };
    assert!(size_of::<CircuitBreaker>() <= 160 + of_changes, "{} bytes", size_of::<CircuitBreaker>());
}

#[test]
fn a_light_breaker_shares_the_name_and_the_settings_only() {
    let breaker = CircuitBreaker::new("family", BreakerPolicy::new().failure_threshold(1));
    let [first, second] = [(); 2].map(|()| breaker.light());
    first.record_failure();
    assert_eq!(
        [&breaker, &first, &second].map(CircuitBreaker::state),
        [CircuitState::Closed, CircuitState::Open, CircuitState::Closed]
    );
    assert_eq!([&breaker, &first, &second].map(|breaker| breaker.stats().total_calls), [0, 1, 0]);
    assert_eq!((first.name(), first.policy()), (breaker.name(), breaker.policy()));
    assert!(first.try_acquire().unwrap_err().to_string().contains("family"));
    assert!(Arc::ptr_eq(&first.in_force().policy, &breaker.in_force().policy));
}

#[test]
fn a_light_breaker_counts_every_call_of_every_thread() {
    let light = CircuitBreaker::new("light", BreakerPolicy::new().failure_rate(1.0).count_window(9)).light();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..500 {
                    light.record_success();
                    light.try_acquire().unwrap().ignore();
                }
            });
        }
    });
    let stats = light.stats();
    assert_eq!((stats.successful_calls, stats.ignored_calls, stats.total_calls), (4_000, 4_000, 8_000));
}
