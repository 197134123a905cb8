//! Assertions about what happened in a scope.

use std::time::Duration;

use resilient::events::Event;
use resilient::testing::{assert_changes, assert_schedule, assert_state, err, pass, scope};
use resilient::{BreakerPolicy, CircuitBreaker, Pipeline, RetryPolicy, circuit_breaker, retry};

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

#[test]
#[should_panic(expected = "no annotated function is named `testing::called`; did you mean `testing::asserts::called`?")]
fn delays_of_a_misspelt_function_are_not_asserted() {
    assert_schedule!(scope(), "testing::called", []);
}

#[test]
fn a_pipeline_and_a_policy_by_hand_need_no_function() {
    let scope = scope();
    let pipeline = Pipeline::new().named("testing: a pipeline").retry(RetryPolicy::new()).build().unwrap();
    pipeline.call(|| Ok::<_, std::io::Error>(())).unwrap();
    assert_schedule!(scope, "testing: a pipeline", []);
    RetryPolicy::new().call(|| Ok::<_, std::io::Error>(())).unwrap();
    assert_schedule!(scope, "retry", []);
}

#[test]
#[should_panic(expected = "no circuit breaker is named `testing: aserted`; did you mean `testing: asserted`?")]
fn changes_of_a_misspelt_breaker_are_not_asserted() {
    assert_changes!(scope(), "testing: aserted", []);
}

#[test]
#[should_panic(expected = "no circuit breaker is named `testing: aserted`; did you mean `testing: asserted`?")]
fn the_state_of_a_misspelt_breaker_is_not_asserted() {
    assert_state!(scope(), "testing: aserted", Closed);
}

#[test]
fn a_breaker_that_is_a_value_needs_no_name_of_the_program() {
    let scope = scope();
    let breaker = CircuitBreaker::new("testing: a value", BreakerPolicy::new());
    assert_changes!(scope, "testing: a value", []);
    breaker.force_open();
    assert_changes!(scope, "testing: a value", [ForcedOpen]);
}
