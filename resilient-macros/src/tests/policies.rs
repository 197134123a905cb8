//! Which policies the compiler checks as a whole: those with a value that the macros do not know. Literals are checked as
//! they are read.

use crate::attribute::attribute;
use crate::layers::Kind;

pub(crate) fn is_checked(kind: Kind, args: &str) -> bool {
    let item = "async fn f() -> Result<(), E> { body() }";
    let expanded = attribute(kind, args.parse().expect("tokens"), item.parse().expect("tokens")).to_string();
    assert!(!expanded.contains("compile_error"), "{args}: {expanded}");
    expanded.contains(":: checked")
}

/// Settings of policies with a constant in its place, beside what it needs.
const CONSTANTS: [(Kind, &str); 20] = [
    (Kind::Retry, "max_attempts = N"),
    (Kind::Retry, "base_delay = D"),
    (Kind::Retry, "max_delay = D"),
    (Kind::Retry, "exponential_base = F"),
    (Kind::Retry, "jitter = J"),
    (Kind::Retry, "max_elapsed = D"),
    (Kind::Retry, "retry_after = path, max_retry_after = D"),
    (Kind::CircuitBreaker, "name = \"a\", failure_threshold = N"),
    (Kind::CircuitBreaker, "name = \"a\", failure_rate = F"),
    (Kind::CircuitBreaker, "name = \"a\", failure_rate = 0.5, window = W"),
    (Kind::CircuitBreaker, "name = \"a\", failure_rate = 0.5, min_calls = N"),
    (Kind::CircuitBreaker, "name = \"a\", slow_call = D, slow_call_rate = 0.5"),
    (Kind::CircuitBreaker, "name = \"a\", slow_call = 1s, slow_call_rate = F"),
    (Kind::CircuitBreaker, "name = \"a\", recovery_timeout = D"),
    (Kind::CircuitBreaker, "name = \"a\", recovery_backoff = F"),
    (Kind::CircuitBreaker, "name = \"a\", recovery_backoff = 2.0, max_recovery_timeout = D"),
    (Kind::CircuitBreaker, "name = \"a\", half_open_max_calls = N"),
    (Kind::CircuitBreaker, "name = \"a\", probe_timeout = D"),
    (Kind::CircuitBreaker, "name = \"a\", success_threshold = N"),
    (Kind::Timeout, "D"),
];

#[test]
fn a_policy_with_a_constant_is_checked() {
    for (kind, args) in CONSTANTS {
        assert!(is_checked(kind, args), "{args}");
    }
}

#[test]
fn a_policy_that_is_given_is_checked() {
    for (kind, args) in
        [(Kind::Retry, "policy = P"), (Kind::CircuitBreaker, "name = \"a\", policy = P"), (Kind::Timeout, "policy = P")]
    {
        assert!(is_checked(kind, args), "{args}");
    }
}

#[test]
fn a_policy_of_literals_has_been_checked() {
    for (kind, args) in [
        (Kind::Retry, "max_attempts = 4, base_delay = 50ms, jitter = full"),
        (Kind::CircuitBreaker, "name = \"a\", failure_rate = 0.5, window = 100, slow_call = 1s, slow_call_rate = 0.5"),
        (Kind::Timeout, "2s"),
    ] {
        assert!(!is_checked(kind, args), "{args}");
    }
}
