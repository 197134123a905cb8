//! The paragraph that a function's documentation gains.

use syn::Attribute;

use super::described;
use crate::attribute::attribute;
use crate::describe::rustdoc;
use crate::layers::Kind;

#[track_caller]
fn assert_told(attributes: &str, text: &str) {
    assert_eq!(described(attributes, rustdoc::text), text);
}

#[test]
fn a_whole_stack() {
    assert_told(
        "#[fallback(Self::cached)]
         #[retry(max_attempts = 4, base_delay = 50ms, retry_on(ApiError::Io(_) | ApiError::Status(500..=599)))]
         #[circuit_breaker(name = \"users\", failure_threshold = 5, recovery_timeout = 30s)]
         #[timeout(2s)]
         #[bulkhead(name = \"users\", max_concurrent = 64)]",
        "**Resilience**, outermost first: `fallback` by `Self::cached`; \
         `retry` up to 4 attempts, exponential pauses from 50ms to 1min with full jitter, \
         on `ApiError::Io(_) | ApiError::Status(500..=599)`; \
         `circuit_breaker` `\"users\"` (shared), opens after 5 failures in a row, for 30s; `timeout` of 2s; \
         `bulkhead` `\"users\"` (shared), 64 in flight, no waiting. \
         A call takes 8.35s at most, plus the time of its fallback.",
    );
}

#[test]
fn a_hedge() {
    assert_told(
        "#[hedge(delay = p95(initial = 200ms), max_hedges = 2, budget = unlimited, over(replica in &self.replicas),
                 hedge_on(Error::Io(_)))]
         #[timeout(2s)]",
        "**Resilience**, outermost first: `hedge` of its own, up to 2 more attempts after p95(initial = 200ms), \
         without a budget, each with the next of `replica in &self.replicas`, on `Error::Io(_)`; `timeout` of 2s. \
         A call takes 6s at most.",
    );
    assert_told(
        "#[hedge(REPLICAS)] #[timeout(2s)]",
        "**Resilience**, outermost first: `hedge` `REPLICAS`; `timeout` of 2s. \
         How long a call can take depends on how many attempts the hedge `REPLICAS` makes.",
    );
}

#[test]
fn state_for_each_key() {
    assert_told(
        "#[circuit_breaker(name = \"host\", key = url.host(), failure_threshold = 3, max_keys = 500)]
         #[rate_limit(key = user, policy = USERS, idle = 1h)]
         #[bulkhead(TENANTS, key = tenant)]",
        "**Resilience**, outermost first: `circuit_breaker` `\"host\"` (shared) for each `url.host()`, opens after 3 \
         failures in a row, for 30s, up to 500 keys; `rate_limit` of its own for each `user` by `USERS` with `idle` 1h; \
         `bulkhead` `TENANTS` for each `tenant`. \
         How long a call can take is unbounded, because its body has no timeout.",
    );
    assert_told(
        "#[bulkhead(name = \"tenant\", key = tenant)] #[timeout(1s)]",
        "**Resilience**, outermost first: `bulkhead` `\"tenant\"` (shared, with settings given elsewhere) for each \
         `tenant`; `timeout` of 1s. \
         How long a call can take depends on how long the bulkhead `\"tenant\"` lets it wait.",
    );
}

#[test]
fn settings_that_are_given_elsewhere() {
    assert_told(
        "#[retry(policy = API_RETRY, max_attempts = 2)]
         #[circuit_breaker(name = USERS, failure_if = Error::is_broken)]
         #[timeout(policy = LIMIT)]
         #[bulkhead(name = \"db\")]",
        "**Resilience**, outermost first: `retry` by `API_RETRY` with `max_attempts` 2; \
         `circuit_breaker` `USERS` (shared, with settings given elsewhere), failures are what `Error::is_broken` says; \
         `timeout` by `LIMIT`; `bulkhead` `\"db\"` (shared, with settings given elsewhere). \
         How long a call can take depends on `LIMIT` and `API_RETRY`.",
    );
}

#[test]
fn settings_that_look_at_whole_outcomes() {
    assert_told(
        "#[fallback(cached, fallback_on(Error::Io(_)), fallback_if_ok = busy, fallback_refused(circuit_open, timed_out))]
         #[retry(max_attempts = 4, backoff = [1s, 5s, LONG], retry_if_result = is_bad, retry_after_ok = asked,
                 idempotent = request.is_get(), unsent_on(Error::Connect(_)))]
         #[circuit_breaker(name = \"a\", failure_if_ok = busy)]
         #[timeout(1s)]",
        "**Resilience**, outermost first: `fallback` by `cached`, on `Error::Io(_)`, \
         and after successes for which `busy` holds, after the refusals `circuit_open, timed_out`; \
         `retry` up to 4 attempts, pauses [1s, 5s, LONG], the last one repeated, without jitter, \
         after results for which `is_bad` holds, \
         where `request.is_get()` is false only if the call was never sent, \
         or the pause that `asked` finds, up to 5min; \
         `circuit_breaker` `\"a\"` (shared, with settings given elsewhere), \
         failures are also successes for which `busy` holds; `timeout` of 1s. \
         How long a call can take depends on `LONG`.",
    );
    assert_told(
        "#[fallback(default, fallback_if_result = is_bad)]
         #[retry(backoff = pauses, max_delay = 9s, jitter = full)]
         #[circuit_breaker(name = \"a\", failure_if_result = is_bad)]
         #[timeout(1s)]",
        "**Resilience**, outermost first: `fallback` to the default, after results for which `is_bad` holds; \
         `retry` up to 3 attempts, pauses that `pauses` computes, up to 9s, with full jitter; \
         `circuit_breaker` `\"a\"` (shared, with settings given elsewhere), \
         failures are results for which `is_bad` holds; `timeout` of 1s. \
         How long a call can take depends on `pauses`.",
    );
}

#[test]
fn handles_and_values() {
    assert_told(
        "#[retry(retry_refused(circuit_open))]
         #[circuit_breaker(crate::USERS, failure_on(Error::Io(_)))]
         #[timeout(1s)]
         #[bulkhead(self.slots.as_ref())]",
        "**Resilience**, outermost first: `retry` up to 3 attempts, exponential pauses from 100ms to 1min with full jitter, \
         after the refusals `circuit_open`; `circuit_breaker` `crate::USERS`, failures are `Error::Io(_)`; \
         `timeout` of 1s; `bulkhead` `self.slots.as_ref()`. \
         How long a call can take depends on how long the breaker `crate::USERS` stays open.",
    );
}

#[test]
fn a_static() {
    let documented = |kind: Kind, args: &str| {
        let item = "pub static r#USERS: T;".parse().expect("tokens");
        let expanded = attribute(kind, args.parse().expect("tokens"), item).to_string();
        let text = expanded.split_once("doc = \" ").and_then(|(_, rest)| rest.split_once("\")]")).expect("a paragraph");
        text.0.replace("\\\"", "\"")
    };
    assert_eq!(
        documented(Kind::CircuitBreaker, "failure_threshold = 3"),
        "**Resilience**: `circuit_breaker` `\"users\"`, opens after 3 failures in a row, for 30s."
    );
    assert_eq!(
        documented(Kind::Bulkhead, "name = NAME"),
        "**Resilience**: `bulkhead` `NAME`, 10 in flight, no waiting."
    );
    assert_eq!(
        documented(Kind::Bulkhead, "policy = POLICY, max_wait = 1s"),
        "**Resilience**: `bulkhead` `\"users\"` by `POLICY` with `max_wait` 1s."
    );
}

#[test]
fn settings_of_every_kind() {
    assert_told(
        "#[retry(max_attempts = unlimited, max_elapsed = 90s, backoff = linear, jitter = 0.25, exhausted = wrap,
                 retry_if_ok = Job::is_pending, retry_after = asked, retry_refused(timed_out))]
         #[timeout(500ms, step = 100ms, cooperative)]",
        "**Resilience**, outermost first: `retry` without a limit of attempts, \
         linear pauses from 100ms to 1min with a jitter of 0.25, no more after 1min 30s, \
         and after successes for which `Job::is_pending` holds, or the pause that `asked` finds, up to 5min, \
         after the refusals `timed_out`, wrapping the last error; \
         `timeout` of 500ms, and 100ms more for each further attempt, which the body has to keep to. \
         How long a call can take is unbounded, because its timeout grows with each of its unlimited attempts.",
    );
    assert_told(
        "#[fallback(value = vec![], default, fallback_if = Error::is_broken)]
         #[circuit_breaker(name = \"a\", slow_call = 1s, slow_call_rate = 0.5, window = 10s, min_calls = 4,
                           recovery_backoff = 2)]
         #[bulkhead(max_wait = 1s, max_queue = 3)]",
        "**Resilience**, outermost first: \
         `fallback` to `vec![]`, then to the default, if `Error::is_broken` says so; \
         `circuit_breaker` `\"a\"` (shared), opens after 5 failures in a row \
         or when a share of 0.5 of the calls in the last 10s takes longer than 1s once it has seen 4, \
         for 30s, each time in a row 2.0 times as long up to 10min; \
         `bulkhead` of its own, 10 in flight, waiting up to 1s, at most 3 at a time. \
         How long a call can take is unbounded, because its body has no timeout.",
    );
}

#[test]
fn what_has_no_limit_and_what_is_a_constant() {
    assert_told(
        "#[circuit_breaker(name = concat!(\"a\", SUFFIX), failure_rate = 0.5, window = WINDOW)]
         #[bulkhead(max_concurrent = LIMIT, max_wait = unlimited)]",
        "**Resilience**, outermost first: \
         `circuit_breaker` `concat!(\"a\", SUFFIX)` (shared), \
         opens when a share of 0.5 of a window of `WINDOW` fails, for 30s; \
         `bulkhead` of its own, `LIMIT` in flight, waiting without a limit. \
         How long a call can take is unbounded, because its body has no timeout.",
    );
}

#[test]
fn one_layer_has_no_order() {
    assert_told(
        "#[timeout(self.limit)]",
        "**Resilience**: `timeout` of `self.limit`. A call takes `self.limit` at most.",
    );
}

#[test]
fn a_function_without_documentation_keeps_its_lints() {
    let hidden: Attribute = syn::parse_quote!(#[doc(hidden)]);
    let documented: Attribute = syn::parse_quote!(#[doc = "Documented."]);
    assert!(
        described("#[retry]", |layers| rustdoc::paragraph(&[hidden], layers))
            .to_string()
            .starts_with("# [cfg_attr (doc , doc = ")
    );
    assert!(
        described("#[retry]", |layers| rustdoc::paragraph(&[documented], layers))
            .to_string()
            .starts_with("# [doc = \"\"] # [doc = ")
    );
}
