//! What events look like in logs.

use std::time::Duration;

use resilient::{
    AdaptiveThrottlePolicy, BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, RateLimitPolicy, RateLimiter,
    TimeoutPolicy, fallback, registry, retry,
};
use resilient_logs_tests::Line;
use tracing::Level;

use crate::kept;

fn summaries(lines: &[Line]) -> Vec<String> {
    lines.iter().map(Line::summary).collect()
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_opens_is_a_warning_and_what_follows_is_less() {
    let kept = kept();
    let policy =
        BreakerPolicy::new().failure_threshold(1).recovery_timeout(Duration::from_secs(5)).success_threshold(1);
    let breaker = CircuitBreaker::new("logged breaker", policy);
    breaker.record_failure();
    assert!(breaker.try_acquire().is_err());
    tokio::time::advance(Duration::from_secs(6)).await;
    breaker.call(|| Ok::<_, &str>(())).unwrap();
    breaker.force_open();
    breaker.disable();
    let lines = kept.with("name", "logged breaker");
    assert_eq!(
        summaries(&lines),
        [
            "circuit_breaker WARN circuit breaker opened",
            "circuit_breaker DEBUG circuit breaker refused a call",
            "circuit_breaker INFO circuit breaker changed",
            "circuit_breaker INFO circuit breaker changed",
            "circuit_breaker WARN circuit breaker opened",
            "circuit_breaker INFO circuit breaker changed",
        ]
    );
    let opened = &lines[0];
    for (field, value) in [
        ("number", "1"),
        ("from", "closed"),
        ("to", "open"),
        ("because", "streak"),
        ("failed_calls", "1"),
        ("open_for_ms", "5000.0"),
    ] {
        assert_eq!(opened.field(field), value, "{field} of {opened:?}");
    }
    assert_eq!(lines[1].field("state"), "open");
    assert_eq!(lines[5].field("to"), "disabled");
}

#[test]
fn refusals_are_for_those_who_debug() {
    let kept = kept();
    let bulkhead = Bulkhead::new("logged bulkhead", BulkheadPolicy::new(1));
    let _slot = bulkhead.try_acquire().unwrap();
    assert!(bulkhead.try_acquire().is_err());
    let limit = RateLimiter::new("logged limit", RateLimitPolicy::new(1, Duration::from_secs(60)).burst(1));
    limit.try_acquire().unwrap();
    assert!(limit.try_acquire().is_err());
    let [full] = &kept.with("name", "logged bulkhead")[..] else { panic!("one line") };
    assert_eq!(full.summary(), "bulkhead DEBUG bulkhead refused a call");
    assert_eq!((full.field("limit"), full.field("because")), ("1", "no_slot"));
    let [limited] = &kept.with("name", "logged limit")[..] else { panic!("one line") };
    assert_eq!(limited.summary(), "rate_limit DEBUG rate limit refused a call");
    assert!(limited.field("retry_after_ms").parse::<f64>().unwrap() > 0.0);
}

#[test]
fn a_call_that_is_shed_has_the_share_of_those_that_are() {
    let kept = kept();
    let policy = AdaptiveThrottlePolicy::new().min_calls(1);
    let throttle = registry().adaptive_throttle_or_insert("logged throttle", policy);
    let shed = (0..1000).find(|_| throttle.call(|| Err::<(), _>("overloaded")).unwrap_err().refusal().is_some());
    assert!(shed.is_some(), "a callee that always fails is spared");
    let line = &kept.with("name", "logged throttle")[0];
    assert_eq!(line.summary(), "adaptive_throttle DEBUG adaptive throttle shed a call");
    assert!(line.field("share").parse::<f64>().unwrap() > 0.0);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_a_warning() {
    let kept = kept();
    let policy = TimeoutPolicy::new(Duration::from_millis(1500)).named("logged timeout");
    policy.run(std::future::pending::<Result<(), &str>>()).await.unwrap_err();
    let [line] = &kept.with("function", "logged timeout")[..] else { panic!("one line") };
    assert_eq!((line.summary().as_str(), line.field("after_ms")), ("timeout WARN timed out", "1500.0"));
    assert_eq!(line.level, Level::WARN);
}

#[fallback(value = 7)]
#[retry(max_attempts = 2, base_delay = 1ms, jitter = none)]
async fn answered() -> Result<u64, &'static str> {
    Err("no route")
}

#[tokio::test(start_paused = true)]
async fn retries_are_warnings_and_a_fallback_is_worth_knowing() {
    let kept = kept();
    assert_eq!(answered().await, Ok(7));
    let lines = kept.with("function", "logs::events::answered");
    assert_eq!(
        summaries(&lines),
        [
            "retry WARN retry scheduled",
            "retry WARN retries exhausted",
            "fallback INFO fallback used",
            "call DEBUG call finished",
        ]
    );
    let [scheduled, exhausted, used, finished] = &lines[..] else { unreachable!("it was compared") };
    assert_eq!(
        (scheduled.field("attempt"), scheduled.field("delay_ms"), scheduled.field("error")),
        ("1", "1.0", "no route")
    );
    assert_eq!(
        (exhausted.field("attempts"), exhausted.field("why"), exhausted.field("cause")),
        ("2", "max_attempts", "error")
    );
    assert_eq!((used.field("position"), used.field("succeeded")), ("1", "true"));
    assert_eq!(
        (finished.field("outcome"), finished.field("attempts"), finished.field("fallback")),
        ("success", "2", "true")
    );
}
