//! Assertions about what happened in a scope.

use std::time::Duration;

use resilient::events::Event;
use resilient::testing::{assert_changes, assert_schedule, assert_state, err, pass, scope};
use resilient::{circuit_breaker, retry};

const SECOND: Duration = Duration::from_secs(1);

#[retry(max_attempts = 4, base_delay = 1s, jitter = none)]
#[circuit_breaker(name = "testing: asserted", failure_threshold = 2, recovery_timeout = 3s, success_threshold = 1)]
fn called() -> std::io::Result<()> {
    Ok(())
}

const CALLED: &str = "testing::asserts::called";

fn down() -> std::io::Error {
    std::io::Error::other("down")
}

#[test]
fn what_happened_is_asserted() {
    let scope = scope();
    assert_schedule!(scope, CALLED, []);
    assert_changes!(scope, "testing: asserted", []);
    scope.script(CALLED, [err(down()), err(down()), pass()]);
    called().unwrap_err();
    assert_schedule!(scope, CALLED, [1s, 2s]);
    assert_schedule!(scope, CALLED, [SECOND, 2000ms]);
    assert_schedule!(scope, CALLED, [SECOND, 2 * SECOND]);
    assert_state!(scope, "testing: asserted", Open);
    assert_changes!(scope, "testing: asserted", [Open]);
    scope.clock().advance(3 * SECOND);
    assert_state!(scope, "testing: asserted", HalfOpen);
    called().unwrap();
    assert_changes!(scope, "testing: asserted", [Open, HalfOpen, Closed]);
}

#[test]
fn events_are_in_order() {
    let scope = scope();
    scope.script(CALLED, [err(down()), pass()]);
    called().unwrap();
    let events = scope.events();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| match event.event() {
            Event::RetryScheduled(retry) => format!("retry after {:?}", retry.delay),
            Event::CallFinished(call) => format!("{} after {}", call.outcome.name(), call.attempts),
            other => format!("{other}"),
        })
        .collect();
    assert_eq!(kinds, ["retry after 1s", "success after 2"]);
    assert_eq!(events[0].error(), Some("down"));
}

#[test]
#[should_panic(
    expected = "what happened:\n  testing::asserts::called: attempt 1 failed by error (down), the next in 1s"
)]
fn a_failed_assertion_lists_what_happened() {
    let scope = scope();
    scope.script(CALLED, [err(down())]);
    called().unwrap();
    assert_schedule!(scope, CALLED, [3s]);
}
