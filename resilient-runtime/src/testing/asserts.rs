//! Assertions about what happened in a scope.

use std::time::Duration;

use crate::core::circuit_state::CircuitState;
use crate::event::event::Event;
use crate::registry::functions::functions;
use crate::registry::similar::similar;
use crate::testing::forced::{breaker, breaker_names, unknown_breaker, unknown_function};
use crate::testing::scope::Scope;

/// Asserts the delays between the attempts of a function in a scope: of all its calls, in order.
///
/// A delay is a literal with a unit, as in attributes (`100ms`, `1.5s`), or an expression of type `Duration`.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::testing::assert_schedule;
/// use resilient::{Jitter, Pipeline, RetryPolicy};
///
/// let scope = resilient::testing::scope();
/// let users = Pipeline::new().named("users").retry(RetryPolicy::new().jitter(Jitter::None)).build().unwrap();
/// users.call(|| Err::<(), _>("down")).unwrap_err();
/// assert_schedule!(scope, "users", [100ms, 200ms]);
/// ```
///
/// # Panics
///
/// If the delays are others; the message lists what happened in the scope. If neither an annotated function nor a
/// pipeline that was called in the scope has that name; the message has the one that was probably meant.
#[macro_export]
#[doc(hidden)]
macro_rules! __resilient_assert_schedule {
    ($scope:expr, $function:expr, [$($delay:tt),* $(,)?]) => {
        $crate::testing::assert_schedule(&$scope, $function, &[$($crate::testing::delay!($delay)),*])
    };
    ($scope:expr, $function:expr, [$($delay:expr),* $(,)?]) => {
        $crate::testing::assert_schedule(&$scope, $function, &[$($delay),*])
    };
}

/// A delay of [`assert_schedule!`](crate::testing::assert_schedule!): a literal with a unit, or an expression.
#[macro_export]
#[doc(hidden)]
macro_rules! __resilient_delay {
    ($delay:literal) => {
        $crate::testing::parse_delay(stringify!($delay))
    };
    ($delay:expr) => {
        $delay
    };
}

/// Asserts the state of a breaker in a scope: the name of a [`CircuitState`](crate::CircuitState).
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::testing::assert_state;
/// use resilient::{BreakerPolicy, registry};
///
/// let scope = resilient::testing::scope();
/// registry().circuit_breaker_or_insert("users", BreakerPolicy::new());
/// assert_state!(scope, "users", Closed);
/// ```
///
/// # Panics
///
/// If the state is another; the message lists what happened in the scope. If no breaker in the program or the registry
/// has that name; the message has the one that was probably meant.
#[macro_export]
#[doc(hidden)]
macro_rules! __resilient_assert_state {
    ($scope:expr, $name:expr, $State:ident $(,)?) => {
        $crate::testing::assert_state(&$scope, $name, $crate::testing::CircuitState::$State)
    };
}

/// Asserts the changes of a breaker in a scope, in order: each as the state after it.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::testing::assert_changes;
/// use resilient::{BreakerPolicy, registry};
/// use std::time::Duration;
///
/// let scope = resilient::testing::scope();
/// let policy = BreakerPolicy::new()
///     .failure_threshold(1)
///     .recovery_timeout(Duration::from_secs(30))
///     .success_threshold(1);
/// let users = registry().circuit_breaker_or_insert("users", policy);
/// users.record_failure();
/// scope.clock().advance(Duration::from_secs(30));
/// users.call(|| Ok::<_, ()>(())).unwrap();
/// assert_changes!(scope, "users", [Open, HalfOpen, Closed]);
/// ```
///
/// # Panics
///
/// If the changes are others; the message lists what happened in the scope. If no breaker has that name, and one has a
/// similar name.
#[macro_export]
#[doc(hidden)]
macro_rules! __resilient_assert_changes {
    ($scope:expr, $name:expr, [$($State:ident),* $(,)?]) => {
        $crate::testing::assert_changes(&$scope, $name, &[$($crate::testing::CircuitState::$State),*])
    };
}

pub use __resilient_assert_changes as assert_changes;
pub use __resilient_assert_schedule as assert_schedule;
pub use __resilient_assert_state as assert_state;
#[doc(hidden)]
pub use __resilient_delay as delay;

/// For [`assert_schedule!`](assert_schedule!).
#[doc(hidden)]
#[track_caller]
pub fn assert_schedule(scope: &Scope, function: &str, expected: &[Duration]) {
    let delay = |event: &Event<'_>| match event {
        Event::RetryScheduled(retry) if retry.function == *function => Some(retry.delay),
        _ => None,
    };
    let events = scope.events();
    let delays: Vec<_> = events.iter().filter_map(|record| delay(record.event())).collect();
    assert_eq!(delays, expected, "the delays of `{function}`; {}", happened(scope));
    let heard_of = events.iter().any(|record| record.event().function().is_some_and(|of| of == *function));
    if !heard_of && function != RETRY_BY_HAND && functions().all(|known| known.path() != function) {
        unknown_function(function);
    }
}

/// The name of a retry that is used by hand.
const RETRY_BY_HAND: &str = "retry";

/// For [`assert_state!`](assert_state!).
#[doc(hidden)]
#[track_caller]
pub fn assert_state(scope: &Scope, name: &str, expected: CircuitState) {
    let _entered = scope.enter();
    assert_eq!(breaker(name).state(), expected, "the state of `{name}`; {}", happened(scope));
}

/// For [`assert_changes!`](assert_changes!).
#[doc(hidden)]
#[track_caller]
pub fn assert_changes(scope: &Scope, name: &str, expected: &[CircuitState]) {
    let change = |event: &Event<'_>| match event {
        Event::BreakerChanged(change) if change.name == *name => Some(change.to),
        _ => None,
    };
    let changes: Vec<_> = scope.events().iter().filter_map(|record| change(record.event())).collect();
    assert_eq!(changes, expected, "the changes of `{name}`; {}", happened(scope));
    if changes.is_empty() {
        not_misspelt(scope, name);
    }
}

/// Panics if no breaker of the scope has this name, and one has a similar one. A breaker that is a value may have any.
#[track_caller]
fn not_misspelt(scope: &Scope, name: &str) {
    let _entered = scope.enter();
    let names = breaker_names();
    if names.iter().all(|known| known != name) && names.iter().any(|known| similar(known, name)) {
        unknown_breaker(name);
    }
}

fn happened(scope: &Scope) -> String {
    let events: Vec<_> = scope.events().iter().map(|event| format!("\n  {event}")).collect();
    format!("what happened:{}", if events.is_empty() { " nothing".to_owned() } else { events.concat() })
}

/// A literal of [`assert_schedule!`](assert_schedule!).
///
/// # Panics
///
/// If it is no number with a unit.
#[doc(hidden)]
#[track_caller]
pub fn parse_delay(text: &str) -> Duration {
    let text = text.replace('_', "");
    let unit = text.find(|letter: char| letter.is_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let seconds = match unit {
        "ns" => 1e-9,
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3_600.0,
        _ => panic!("`{text}` is no duration: write a number with a unit, as in `100ms`, `1.5s`, `2min` and `1h`"),
    };
    let number: f64 = number.parse().unwrap_or_else(|_| panic!("`{text}` is no duration"));
    Duration::try_from_secs_f64(number * seconds).unwrap_or_else(|_| panic!("`{text}` is no duration"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_as_in_attributes() {
        let texts = ["100ms", "1.5s", "2min", "1h", "250us", "7ns", "1_000ms"];
        let nanos = [100_000_000, 1_500_000_000, 120_000_000_000, 3_600_000_000_000, 250_000, 7, 1_000_000_000];
        assert_eq!(texts.map(parse_delay), nanos.map(Duration::from_nanos));
    }

    #[test]
    #[should_panic(expected = "`100` is no duration: write a number with a unit")]
    fn a_number_needs_a_unit() {
        parse_delay("100");
    }
}
