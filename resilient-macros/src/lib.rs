//! The attribute macros of `resilient-toolkit`. Depend on that crate instead: it re-exports them as `resilient::retry`
//! and so on.
//!
//! Attributes act in reading order: the top one is outermost. The first one to expand takes in those below it and
//! writes one pipeline; an attribute that was renamed on import is a compile error where it would act in another order.
//!
//! # Attributes of other crates
//!
//! The compiler expands the topmost attribute first, so one of another crate that stands *above* ours rewrites the body
//! before we see it, and acts **in each attempt**; one that stands *below* ours is left on the finished function, and acts
//! **once, on the whole call**. `#[tracing::instrument]` above `#[retry]` makes a span for each attempt, below it one for
//! the call with all its attempts and pauses.
//!
//! What `#[async_trait]` and `#[instrument]` write is read, so that attempts borrow arguments as always, and `self` means
//! the same in all attributes. Of what others write above only this is known: which arguments it takes away. A body that
//! runs again, or is followed by a fallback that needs them, has copies of these, and of one that is not `Clone` the
//! compiler says to write that attribute below.
//!
//! # Arguments
//!
//! A setting may name the function's arguments. Those that it looks at after the body has run (in a fallback, a filter, a
//! `map_err`) are borrowed by the body, or copied for it where they are declared `mut` or go to another thread; all others
//! are the body's own, and need not be `Clone`, unless the body may run again.
//!
//! # Values
//!
//! Durations are literals with a unit (`250us`, `100ms`, `1.5s`, `2min`, `1h`), strings (`"1m 30s"`), or expressions of
//! type `Duration`, which are evaluated on each call and may use the function's arguments; a timeout, `max_elapsed` and
//! `max_wait` also take an `Option<Duration>`, of which `None` is no limit. Counts are literals or expressions of any
//! unsigned integer type; what does not fit into a `u32` does not compile if it is a constant, and is `u32::MAX` if it is
//! computed in a call, where a count of 0 is 1. A breaker and a bulkhead are made once: their settings are constants.
//!
//! An attribute or a setting that can never act does not compile. Every attribute takes
//! `policy = …`, a value that gives all settings at once and that the others override, except `fallback`, which has
//! none; and `crate = path::to::resilient`, for a crate that finds the dependency under another name.
//!
//! The function's documentation gains a paragraph: the layers in order with their settings, and how long a call can
//! take. Lints that ask for documentation look at the user's own. Programs read the same by `resilient::functions()`.

mod absorbed;
mod attribute;
mod defaults;
mod diagnostics;
mod expand;
mod idle;
mod model;
#[cfg(test)]
mod mutations;
mod parse;
mod pattern;
mod pauses;
mod tell;
mod validate;

use proc_macro::TokenStream;

use crate::attribute::attribute;
use crate::model::Kind;

/// Runs the function again when it fails, after a pause that grows.
///
/// ```ignore
/// #[retry(max_attempts = 5, base_delay = 200ms, retry_on(ApiError::Network(_) | ApiError::Status(500..=599)))]
/// async fn user(&self, id: u64) -> Result<User, ApiError> {
///     self.http.get(id).await
/// }
/// ```
///
/// | setting | default | meaning |
/// |---|---|---|
/// | `max_attempts` | `3` | attempts in all, the first included, at least 2; `unlimited` only together with `max_elapsed`, and not with a `base_delay` of zero |
/// | `backoff` | `exponential` | `exponential`, `linear`, `constant`, `fibonacci` or `decorrelated` |
/// | `base_delay` | `100ms` | the first pause; one of zero lets other tasks or threads have their turn, and sleeps 1 ms where tokio's clock is paused |
/// | `max_delay` | `60s` | no pause is longer, jitter included |
/// | `exponential_base` | `2.0` | the growth from one pause to the next, at least 1 |
/// | `jitter` | `full` | `full`: between 0 and the computed pause; `equal`: between half of it and it; `none`; a number f from 0 to 1: within that share of it; or an expression of type `Jitter` |
/// | `max_elapsed` | none | no attempt starts and no pause begins that would end later than this after the first attempt began; an `Option<Duration>` of `None` is no limit (but `unlimited` attempts need a `Duration`). The deadline of a `timeout` above acts in the same way: the last error returns at once |
/// | `retry_on(PATTERN)` | every error | which errors are worth another attempt: a pattern as in `matches!`, with `\|`, ranges and an `if` guard |
/// | `retry_if` | every error | the same as a function or closure over `&E` |
/// | `retry_if_ok` | none | a function or closure over `&T`: retries although the call succeeded; when attempts run out the last `Ok` is returned |
/// | `retry_after` | none | a function or closure `&E -> Option<Duration>`, or `(&E, Attempt) -> Option<Duration>`: the pause that the other side asked for, in place of the computed one; zero asks for nothing. Up to a tenth is added, unless `jitter = none` |
/// | `max_retry_after` | `300s` | the longest pause that `retry_after` may ask for |
/// | `retry_refused(…)` | `timed_out, bulkhead_full` | exactly the refusals from below to retry: `timed_out`, `bulkhead_full`, `circuit_open` |
/// | `on_retry` | none | called before each pause with a `&RetryEvent`: `name`, `attempt`, `max_attempts`, `delay`, and what failed by `.failure()` or `.refusal()` |
/// | `exhausted` | `last_error` | `wrap`: `Error::RetriesExhausted` in place of the last error when attempts run out |
/// | `map_err` | `From` | with `exhausted = wrap`: turns that error into the function's own |
/// | `bind` | none | `bind = attempt` lets the body use `attempt: resilient::Attempt` |
/// | `policy` | none | a `RetryPolicy` |
///
/// # Errors
///
/// The last error of the function, unchanged; with `exhausted = wrap` a `resilient::Error`, converted by `From` or
/// `map_err`. Without that the attribute asks nothing of the error type.
///
/// # Panics
///
/// A panic of the body is not retried: it goes on unwinding. A policy computed while running panics in debug builds if
/// a value is invalid; in a `const` or an attribute that does not compile.
///
/// # Cancellation
///
/// Dropping the future ends the attempt or the pause it is in; no further attempt starts. None starts after the deadline
/// of a `timeout` above either, and no hook runs then.
#[proc_macro_attribute]
pub fn retry(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Retry, args.into(), item.into()).into()
}

/// Stops calling what keeps failing: refuses calls at once, and tries again later.
///
/// ```ignore
/// #[circuit_breaker(name = "payments", failure_rate = 0.5, window = 100, recovery_timeout = 10s)]
/// async fn pay(&self, order: &Order) -> Result<Receipt, PayError> {
///     self.http.post(order).await
/// }
/// ```
///
/// There is one breaker of a name in the process, shared by all functions that name it. Give its settings at one place;
/// other places say `name` alone.
///
/// | setting | default | meaning |
/// |---|---|---|
/// | `name` | required | a string literal or another constant of type `&'static str`, such as `concat!(…)` |
/// | `failure_threshold` | `5` | failures in a row that open it |
/// | `failure_rate` | none | in its place: the share of failures in the window that opens it, above 0 and at most 1 |
/// | `window` | `100` | for rates: the last calls (`100`), or those of the last time (`10s`, at least `10ms`); a constant may be a count or a `Duration` |
/// | `min_calls` | the count window, or `10` in a time window | for rates: calls that must have been seen before one opens it |
/// | `slow_call` | none | a call that takes longer is slow; together with `slow_call_rate` |
/// | `slow_call_rate` | none | the share of slow calls in the window that opens it |
/// | `recovery_timeout` | `30s` | how long it stays open before it admits probes |
/// | `recovery_backoff` | `1.0` | the open time is multiplied by this at each re-opening in a row |
/// | `max_recovery_timeout` | `10min` | the longest open time that `recovery_backoff` may reach |
/// | `half_open_max_calls` | `3` | probes in flight at a time; others are refused |
/// | `probe_timeout` | the longer of `recovery_timeout` and `30s` | a probe that has not ended by then loses its place to the next caller; its result still counts while the breaker is in the same half-open period |
/// | `success_threshold` | `2` | successful probes that close it; one failed probe opens it again |
/// | `failure_on(PATTERN)` | every error | which errors are failures, others count neither way: a pattern as in `matches!` |
/// | `failure_if` | every error | the same as a function or closure over `&E` |
/// | `map_err` | `From` | turns the refusal into the function's own error |
/// | `policy` | none | a `BreakerPolicy` |
///
/// # Errors
///
/// `Error::CircuitOpen`, converted by `E: From<resilient::Error>` or `map_err`, while the breaker is open or has no
/// place for another probe.
///
/// # Panics
///
/// A panic of the body counts as a failure and goes on unwinding. Two places that give one name different settings are
/// a bug: the second to run panics in debug builds, and uses the settings of the first in release builds.
///
/// # Cancellation
///
/// A call whose future is dropped counts neither way; if it was already longer than `slow_call` it counts as slow. A probe
/// that is dropped only gives its place back. But a call that a timeout of this library drops, wherever that stands, is a
/// failure if it only waited for its callee (nothing below the breaker paused between attempts or waited for a slot), and
/// had at least half of the timeout's limit. In a sync function the failure is counted at the deadline, and the late result
/// changes only the totals; below a `cooperative` timeout a late result is such a failure.
#[proc_macro_attribute]
pub fn circuit_breaker(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::CircuitBreaker, args.into(), item.into()).into()
}

/// Gives a call only so much time.
///
/// ```ignore
/// #[retry]
/// #[timeout(2s, step = 1s)]
/// async fn user(&self, id: u64) -> Result<User, ApiError> {
///     self.http.get(id).await
/// }
/// ```
///
/// In an async function the body is dropped at the deadline, of which it is woken by a thread of the library; no runtime
/// is needed. Where tokio's clock is paused, tokio's timers serve. In a sync one it runs on a helper thread, the caller
/// returns at the deadline and the body runs on to its end unseen; so the arguments must be owned, `Send` and
/// `'static`. The body may use the caller's tokio runtime as under `spawn_blocking`.
///
/// 256 such bodies run at a time, not counting those that another one waits for: limits within limits never starve each
/// other. A body that runs on keeps its place until it ends; while all are taken, calls time out without beginning.
///
/// | setting | default | meaning |
/// |---|---|---|
/// | `2s` or `duration = 2s` | required | how long, from the moment the call reaches the attribute; an `Option<Duration>` of `None` is no limit (a sync body then runs in place), and a computed zero is `TimedOut` without running the body |
/// | `step` | `0s` | so much more for each attempt after the first of the `retry` above |
/// | `cooperative` | no | a word, for sync functions: runs the body in place, lets it ask `resilient::deadline()`, and reports a late return; retries and bulkheads below come back at the deadline by themselves |
/// | `map_err` | `From` | turns the refusal into the function's own error |
/// | `policy` | none | a `TimeoutPolicy`; a name that it has takes the place of the function's path in the refusal |
///
/// # Errors
///
/// `Error::TimedOut`, converted by `E: From<resilient::Error>` or `map_err`. Of limits within limits, also those of callers,
/// it names the one that ended first.
///
/// # Panics
///
/// A panic of the body goes on unwinding in the caller, also from the helper thread, unless the deadline came first.
///
/// # Cancellation
///
/// Dropping the future drops the body.
#[proc_macro_attribute]
pub fn timeout(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Timeout, args.into(), item.into()).into()
}

/// Limits the calls in flight; first come, first served.
///
/// ```ignore
/// #[bulkhead(name = "db", max_concurrent = 10, max_wait = 5s)]
/// async fn query(&self, sql: &str) -> Result<Rows, DbError> {
///     self.pool.query(sql).await
/// }
/// ```
///
/// There is one bulkhead of a name in the process, shared by all functions that name it, sync and async alike. Without
/// a name the function has its own.
///
/// | setting | default | meaning |
/// |---|---|---|
/// | `name` | none | a string literal or another constant of type `&'static str`, such as `concat!(…)` |
/// | `max_concurrent` | `10` | calls in flight at a time |
/// | `max_wait` | `0s` | how long a call waits for a slot; `0s` refuses at once, `unlimited` and `None` wait for as long as it takes |
/// | `max_queue` | no limit | calls that may wait at a time; further ones are refused at once |
/// | `map_err` | `From` | turns the refusal into the function's own error |
/// | `policy` | none | a `BulkheadPolicy` |
///
/// # Errors
///
/// `Error::BulkheadFull`, converted by `E: From<resilient::Error>` or `map_err`. A sync call whose wait for a slot is ended by
/// the deadline of a `timeout` above gets that one's `Error::TimedOut` instead.
///
/// # Panics
///
/// The slot is freed when the body panics. Two places that give one name different settings are a bug: the second to
/// run panics in debug builds, and uses the settings of the first in release builds.
///
/// # Cancellation
///
/// Dropping the future frees the slot; a call that was waiting leaves the queue.
#[proc_macro_attribute]
pub fn bulkhead(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Bulkhead, args.into(), item.into()).into()
}

/// Answers in place of a failure.
///
/// ```ignore
/// #[fallback(from_cache, |error| Ok(User::guest(id, &error)))]
/// #[timeout(2s)]
/// async fn user(id: u64) -> Result<User, ApiError> {
///     http::get(id).await
/// }
///
/// async fn from_cache(id: u64) -> Result<User, ApiError> {
///     cache::get(id).await
/// }
/// ```
///
/// Answers are tried in order until one succeeds. It also answers the refusals of the attributes below it.
///
/// | setting | default | meaning |
/// |---|---|---|
/// | `name_of_a_function` | | is called with the same arguments; in an async function it may be sync or async |
/// | `\|error\| …` | | is called with the error, and may use the function's arguments |
/// | `value = …` | | this value as a success |
/// | `default` | | a word: `Default::default()` as a success |
/// | `fallback_on(PATTERN)` | every error | which errors are answered: a pattern as in `matches!` |
/// | `fallback_if` | every error | the same as a function or closure over `&E` |
///
/// # Errors
///
/// The error of the last answer, if all of them fail; an error that the filter leaves out, unchanged.
///
/// Past the deadline of a `timeout` above it in the same function no answer begins, and that one's `Error::TimedOut` is
/// returned. Past the deadline of a calling function, a sync function returns its own error, and answers a refusal only.
///
/// # Panics
///
/// A panic of the body is not answered: it goes on unwinding.
///
/// # Cancellation
///
/// Dropping the future drops the body or the answer that is running.
#[proc_macro_attribute]
pub fn fallback(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Fallback, args.into(), item.into()).into()
}
