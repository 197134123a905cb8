//! The whole program at one moment.

use std::sync::Arc;
use std::time::Duration;

use resilient::events::ChangeReason;
use resilient::snapshot::{BreakerSnapshot, FunctionSnapshot, Owner, SettingSnapshot};
use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitBreakers, CircuitState, Error, RateLimiter,
    RetryBudget, bulkhead, circuit_breaker, fallback, hedge, rate_limit, registry, retry, retry_budget, snapshot,
    timeout,
};
use tokio::time::{advance, sleep};

#[circuit_breaker(name = "snapshot: never")]
#[bulkhead(max_concurrent = 3, max_queue = 7, max_wait = 1s)]
#[rate_limit(permits = 5, per = 10s)]
async fn never_called() -> Result<(), Error> {
    Ok(())
}

#[fallback(default)]
#[retry(max_attempts = 4, base_delay = 100ms, backoff = constant, jitter = none)]
#[circuit_breaker(name = "snapshot: breaker", failure_threshold = 2, recovery_timeout = 10s)]
#[timeout(2s)]
async fn layered() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "snapshot: only a name")]
async fn names_only() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms)]
async fn hedged() -> Result<(), Error> {
    Ok(())
}

#[rate_limit(name = "snapshot: limit", permits = 2, per = 10s)]
static LIMIT: RateLimiter;

#[retry_budget(name = "snapshot: budget", min_per_second = 1)]
static BUDGET: RetryBudget;

#[circuit_breaker(name = "snapshot: hosts", failure_threshold = 1)]
static HOSTS: CircuitBreakers;

fn breaker(name: &str) -> BreakerSnapshot {
    let all = snapshot().circuit_breakers;
    let mut named = all.into_iter().filter(|breaker| breaker.name == name);
    let first = named.next().unwrap_or_else(|| panic!("no breaker {name}"));
    assert!(named.next().is_none(), "{name} is there once");
    first
}

fn function(name: &str) -> FunctionSnapshot {
    let path = format!("{}::{name}", module_path!());
    snapshot().functions.into_iter().find(|function| function.path == path).unwrap()
}

fn setting<'s>(settings: &'s [SettingSnapshot], name: &str) -> Option<&'s str> {
    settings.iter().find(|setting| setting.name == name).map(|setting| setting.value.as_str())
}

#[test]
fn what_was_never_called_is_there_with_zeros() {
    let _ = (never_called, hedged);
    let path = format!("{}::never_called", module_path!());
    let now = snapshot();
    let breaker = breaker("snapshot: never");
    assert_eq!((breaker.owner, breaker.state), (Owner::Program, CircuitState::Closed));
    assert_eq!((breaker.in_state, breaker.because, breaker.open_for), (None, None, None));
    assert_eq!((breaker.successful_calls, breaker.failed_calls, breaker.rejected_calls), (0, 0, 0));
    assert_eq!((breaker.failures_in_a_row, breaker.window), (Some(0), None));

    let bulkhead = now.bulkheads.iter().find(|bulkhead| bulkhead.name == path).unwrap();
    assert_eq!(bulkhead.owner, Owner::Function);
    assert_eq!((bulkhead.limit, bulkhead.in_flight, bulkhead.waiting, bulkhead.accepted_calls), (3, 0, 0, 0));
    assert_eq!(setting(&bulkhead.settings, "max_queue"), Some("7"));

    let limit = now.rate_limiters.iter().find(|limit| limit.name == path).unwrap();
    assert_eq!((limit.available, limit.waiting, limit.held_for), (Some(5), 0, Duration::ZERO));
    assert_eq!(setting(&limit.settings, "permits"), Some("5"));

    let path = format!("{}::hedged", module_path!());
    let hedge = now.hedges.iter().find(|hedge| hedge.name == path).unwrap();
    assert_eq!((hedge.delay, hedge.calls), (Some(Duration::from_millis(100)), 0));
}

#[test]
fn a_snapshot_makes_nothing() {
    assert_eq!(breaker("snapshot: only a name").owner, Owner::Program);
    assert!(registry().circuit_breakers().iter().all(|breaker| breaker.name() != "snapshot: only a name"));
    let _ = names_only;
}

#[test]
fn a_function_has_its_layers_and_its_worst_case() {
    let layered_now = function("layered");
    let kinds: Vec<_> = layered_now.layers.iter().map(|layer| layer.kind.to_string()).collect();
    assert_eq!(kinds, ["fallback", "retry", "circuit_breaker", "timeout"]);
    assert_eq!(setting(&layered_now.layers[1].settings, "max_attempts"), Some("4"));
    assert_eq!(layered_now.layers[2].name, Some("snapshot: breaker"));
    assert!(layered_now.layers.iter().all(|layer| layer.enabled));
    assert_eq!(layered_now.worst_case_limit, Some(Duration::from_millis(8_300)), "{}", layered_now.worst_case);
    assert!(layered_now.is_async && layered_now.file.ends_with("snapshot.rs") && layered_now.line > 0);
    let _ = layered;
}

#[tokio::test(start_paused = true)]
async fn a_breaker_says_since_when_and_why_it_is_in_its_state() {
    let users = CircuitBreaker::new(
        "snapshot: states",
        BreakerPolicy::new().failure_threshold(2).recovery_timeout(Duration::from_secs(10)).success_threshold(1),
    );
    let users = Arc::new(users).observed("snapshot: states");
    let seen = || {
        let BreakerSnapshot { owner, state, in_state, because, open_for, .. } = breaker("snapshot: states");
        assert_eq!(owner, Owner::Value);
        (state, in_state.map(|it| it.as_millis()), because, open_for.map(|it| it.as_millis()))
    };
    users.record_failure();
    assert_eq!(breaker("snapshot: states").failures_in_a_row, Some(1));
    assert_eq!(seen(), (CircuitState::Closed, None, None, None));
    users.record_failure();
    advance(Duration::from_millis(2_500)).await;
    assert_eq!(seen(), (CircuitState::Open, Some(2_500), Some(ChangeReason::Streak), Some(7_500)));
    assert_eq!(breaker("snapshot: states").failures_in_a_row, None);

    // Before a call finds out that the open time is over, and after.
    advance(Duration::from_secs(8)).await;
    assert_eq!(seen(), (CircuitState::HalfOpen, Some(500), Some(ChangeReason::OpenTimeOver), None));
    let probe = users.try_acquire().unwrap();
    advance(Duration::from_millis(250)).await;
    assert_eq!(seen(), (CircuitState::HalfOpen, Some(750), Some(ChangeReason::OpenTimeOver), None));
    probe.success();
    assert_eq!(seen(), (CircuitState::Closed, Some(0), Some(ChangeReason::Probe), None));

    users.force_open();
    advance(Duration::from_secs(1)).await;
    assert_eq!(seen(), (CircuitState::ForcedOpen, Some(1_000), Some(ChangeReason::ByHand), None));
    assert_eq!(breaker("snapshot: states").state_changes, 4);
}

#[test]
fn a_window_is_seen() {
    let policy = BreakerPolicy::new().failure_rate(0.9).count_window(4).min_calls(2);
    let rated = Arc::new(CircuitBreaker::new("snapshot: rate", policy)).observed("snapshot: rate");
    rated.record_failure();
    assert_eq!(breaker("snapshot: rate").failure_rate, None);
    rated.record_success();
    let seen = breaker("snapshot: rate");
    let window = seen.window.unwrap();
    assert_eq!((seen.failure_rate, window.calls, window.failed, window.slow), (Some(0.5), 2, 1, 0));
    assert_eq!(seen.failures_in_a_row, None);
}

#[tokio::test(start_paused = true)]
async fn limits_say_what_is_full_and_what_waits() {
    let pool =
        Arc::new(Bulkhead::new("snapshot: pool", BulkheadPolicy::new(1).max_queue(3).max_wait(Duration::from_secs(1))))
            .observed("snapshot: pool");
    let slot = pool.try_acquire().unwrap();
    let waits = pool.run(async {
        sleep(Duration::from_secs(1)).await;
        Ok::<_, ()>(())
    });
    let mut waits = std::pin::pin!(waits);
    assert!(std::future::poll_fn(|context| std::task::Poll::Ready(waits.as_mut().poll(context))).await.is_pending());
    assert!(pool.try_acquire().is_err());
    let all = snapshot().bulkheads;
    let seen = all.iter().find(|bulkhead| bulkhead.name == "snapshot: pool").unwrap();
    assert_eq!((seen.limit, seen.in_flight, seen.waiting), (1, 1, 1));
    assert_eq!((seen.accepted_calls, seen.rejected_calls, seen.owner), (1, 1, Owner::Value));
    drop(slot);

    LIMIT.try_acquire().unwrap();
    LIMIT.hold(Duration::from_secs(30));
    assert!(LIMIT.try_acquire().is_err());
    let all = snapshot().rate_limiters;
    let seen = all.iter().find(|limit| limit.name == "snapshot: limit").unwrap();
    assert_eq!((seen.available, seen.held_for, seen.holds), (Some(0), Duration::from_secs(30), 1));
    assert_eq!((seen.accepted_calls, seen.rejected_calls, seen.owner), (1, 1, Owner::Program));
    LIMIT.resume();
}

#[test]
fn budgets_and_state_per_key_are_there() {
    let budget = || snapshot().retry_budgets.into_iter().find(|budget| budget.name == "snapshot: budget").unwrap();
    // Tokens come with the time, so only what is counted is exact.
    assert!(budget().available > 0);
    assert!(BUDGET.try_take());
    assert_eq!((budget().retries, budget().refused_retries), (1, 0));

    let hosts = || snapshot().keyed_circuit_breakers.into_iter().find(|it| it.name == "snapshot: hosts").unwrap();
    assert_eq!((hosts().keys, hosts().not_closed), (0, 0));
    HOSTS.get("a.example").record_failure();
    HOSTS.get("b.example").record_success();
    let seen = hosts();
    assert_eq!((seen.keys, seen.not_closed, seen.failed_calls, seen.successful_calls), (2, 1, 1, 1));
    assert_eq!(seen.not_closed_keys, ["a.example"]);
    assert_eq!(setting(&seen.settings, "failure_threshold"), Some("1"));
}
