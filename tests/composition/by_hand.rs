//! Policies composed by hand and by attributes follow the same rules.

mod bulkheads;
mod every_form;
mod owned;
mod rate_limits;
mod refusals_keep_their_kind;
mod what_does_not_end;

use std::cell::Cell;
use std::convert::Infallible;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitState, Error, Exhausted, Failure, Jitter, Name,
    RateLimitPolicy, RateLimiter, RetryPolicy, Slot, TimeoutPolicy, bulkhead, circuit_breaker, deadline, fallback,
    rate_limit, registry, retry, timeout,
};
use resilient_tests::{PAUSE_OF_ZERO, millis, secs};
use tokio::time::{Instant, sleep};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("own")]
    Own,
    #[error(transparent)]
    Refused(#[from] Error),
}

type Outcome = Result<u32, Fault>;

/// Three attempts without delays.
const RETRY: RetryPolicy = RetryPolicy::new().base_delay(Duration::ZERO);
const LIMIT: TimeoutPolicy = TimeoutPolicy::new(millis(1));

thread_local!(static ATTEMPTS: Cell<u32> = const { Cell::new(0) });

fn another_attempt() {
    ATTEMPTS.set(ATTEMPTS.get() + 1);
}

fn fails() -> Outcome {
    Err(Fault::Own)
}

fn fails_later() -> impl Future<Output = Outcome> {
    std::future::ready(fails())
}

/// Runs until its time limit.
fn hangs() -> Outcome {
    let deadline = deadline().ok_or(Fault::Own)?;
    while !deadline.is_over() {
        std::thread::yield_now();
    }
    Ok(0)
}

async fn hangs_later() -> Outcome {
    pending().await
}

/// How a retry, a breaker and a fallback treat an outcome from below.
#[derive(Debug, PartialEq)]
struct Row {
    below: &'static str,
    /// The attempts that a retry above made. `None` where the combination cannot be written.
    attempts: Option<u32>,
    /// How a breaker above counted it.
    counted: &'static str,
    answered: Option<bool>,
}

const FAILURE: &str = "failure";
const NEITHER: &str = "neither";

/// How each policy treats each outcome.
const TABLE: [Row; 8] = [
    Row { below: "own", attempts: Some(3), counted: FAILURE, answered: Some(true) },
    Row { below: "timed_out", attempts: Some(3), counted: FAILURE, answered: Some(true) },
    Row { below: "full", attempts: Some(3), counted: NEITHER, answered: Some(true) },
    Row { below: "open", attempts: Some(1), counted: NEITHER, answered: Some(true) },
    Row { below: "limited", attempts: Some(1), counted: NEITHER, answered: Some(true) },
    Row { below: "exhausted_by_own", attempts: Some(3), counted: FAILURE, answered: Some(true) },
    Row { below: "exhausted_by_full", attempts: Some(3), counted: NEITHER, answered: Some(true) },
    Row { below: "exhausted_by_open", attempts: Some(1), counted: NEITHER, answered: Some(true) },
];

/// The table for attributes: a function cannot have two retries.
fn by_attributes() -> [Row; 8] {
    TABLE.map(|row| Row { attempts: row.attempts.filter(|_| !row.below.starts_with("exhausted")), ..row })
}

/// The table for policies by hand: there is no fallback.
fn by_hand() -> [Row; 8] {
    TABLE.map(|row| Row { answered: None, ..row })
}

/// Takes the only slot of a bulkhead, opens a breaker, and stops all calls of a rate limit.
fn busy() -> (Slot<'static>, &'static CircuitBreaker) {
    registry().rate_limiter_or_insert("by hand: limited", RateLimitPolicy::HOLDS_ONLY).hold(secs(3600));
    let slot = registry().bulkhead_or_insert("by hand: full", BulkheadPolicy::new(1)).acquire_blocking(secs(60));
    let open = registry().circuit_breaker_or_insert("by hand: open", BreakerPolicy::new());
    open.force_open();
    (slot.expect("given back by the others"), open)
}

fn full() -> &'static Bulkhead {
    registry().bulkhead("by hand: full").expect("made")
}

fn open() -> &'static CircuitBreaker {
    registry().circuit_breaker("by hand: open").expect("made")
}

fn limited() -> &'static RateLimiter {
    registry().rate_limiter("by hand: limited").expect("made")
}

/// How a breaker above counts a call.
fn counted(breaker: &CircuitBreaker, call: impl FnOnce(&CircuitBreaker)) -> &'static str {
    let before = breaker.stats();
    call(breaker);
    let after = breaker.stats();
    match (after.failed_calls - before.failed_calls, after.ignored_calls - before.ignored_calls) {
        (1, 0) => FAILURE,
        (0, 1) => NEITHER,
        other => panic!("{other:?}"),
    }
}

fn above(name: &str) -> &'static CircuitBreaker {
    registry().circuit_breaker_or_insert(name, BreakerPolicy::new().failure_threshold(1_000))
}

/// Runs an async call to its end on a paused clock.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(future)
}

/// The counterpart of `wait` for sync calls, which have already returned.
fn there<T>(value: T) -> T {
    value
}

/// One function for each column of a row: its top attribute acts on what the attributes below it return.
macro_rules! row {
    ($row:ident, $above:literal, $done:ident, [$($async:tt)?], [$($retried:tt)*], [$(#[$($below:tt)*])*], $body:expr) => {{
        $(#[$($below)*])*
        $($async)? fn alone() -> Outcome {
            $body
        }

        #[circuit_breaker(name = $above)]
        $(#[$($below)*])*
        $($async)? fn counts() -> Outcome {
            $body
        }

        #[fallback(value = 7)]
        $(#[$($below)*])*
        $($async)? fn answered() -> Outcome {
            $body
        }

        assert!($done(alone()).is_err());
        Row {
            below: stringify!($row),
            attempts: row!(@attempts $done, [$($async)?], [$($retried)*], [$(#[$($below)*])*], $body),
            counted: counted(above($above), |_| drop($done(counts()))),
            answered: Some($done(answered()) == Ok(7)),
        }
    }};
    (@attempts $done:ident, [$($async:tt)?], [retried], [$(#[$($below:tt)*])*], $body:expr) => {{
        #[retry(base_delay = 0s, on_retry = |_| another_attempt())]
        $(#[$($below)*])*
        $($async)? fn retried() -> Outcome {
            $body
        }

        ATTEMPTS.set(1);
        assert!($done(retried()).is_err());
        Some(ATTEMPTS.get())
    }};
    (@attempts $done:ident, [$($async:tt)?], [], [$(#[$($below:tt)*])*], $body:expr) => { None };
}

#[test]
fn attributes_of_sync_functions_follow_the_table() {
    let _busy = busy();
    above("by hand: above sync");
    let rows = [
        row!(own, "by hand: above sync", there, [], [retried], [], fails()),
        row!(timed_out, "by hand: above sync", there, [], [retried], [#[timeout(1ms, cooperative)]], hangs()),
        row!(full, "by hand: above sync", there, [], [retried], [#[bulkhead(name = "by hand: full")]], fails()),
        row!(open, "by hand: above sync", there, [], [retried], [#[circuit_breaker(name = "by hand: open")]], fails()),
        row!(limited, "by hand: above sync", there, [], [retried], [#[rate_limit(name = "by hand: limited")]], fails()),
        row!(
            exhausted_by_own, "by hand: above sync", there, [], [],
            [#[retry(base_delay = 0s, exhausted = wrap)]], fails()
        ),
        row!(
            exhausted_by_full, "by hand: above sync", there, [], [],
            [#[retry(base_delay = 0s, exhausted = wrap)] #[bulkhead(name = "by hand: full")]], fails()
        ),
        row!(
            exhausted_by_open, "by hand: above sync", there, [], [],
            [
                #[retry(base_delay = 0s, retry_refused(circuit_open), exhausted = wrap)]
                #[circuit_breaker(name = "by hand: open")]
            ],
            fails()
        ),
    ];
    assert_eq!(rows, by_attributes());
}

#[test]
fn attributes_of_async_functions_follow_the_table() {
    let _busy = busy();
    above("by hand: above async");
    let rows = [
        row!(own, "by hand: above async", wait, [async], [retried], [], fails_later().await),
        row!(timed_out, "by hand: above async", wait, [async], [retried], [#[timeout(1ms)]], hangs_later().await),
        row!(
            full, "by hand: above async", wait, [async], [retried],
            [#[bulkhead(name = "by hand: full")]], fails_later().await
        ),
        row!(
            open, "by hand: above async", wait, [async], [retried],
            [#[circuit_breaker(name = "by hand: open")]], fails_later().await
        ),
        row!(
            limited, "by hand: above async", wait, [async], [retried],
            [#[rate_limit(name = "by hand: limited")]], fails_later().await
        ),
        row!(
            exhausted_by_own, "by hand: above async", wait, [async], [],
            [#[retry(base_delay = 0s, exhausted = wrap)]], fails_later().await
        ),
        row!(
            exhausted_by_full, "by hand: above async", wait, [async], [],
            [#[retry(base_delay = 0s, exhausted = wrap)] #[bulkhead(name = "by hand: full")]], fails_later().await
        ),
        row!(
            exhausted_by_open, "by hand: above async", wait, [async], [],
            [
                #[retry(base_delay = 0s, retry_refused(circuit_open), exhausted = wrap)]
                #[circuit_breaker(name = "by hand: open")]
            ],
            fails_later().await
        ),
    ];
    assert_eq!(rows, by_attributes());
}

/// The outcome of an annotated function as part of a composition by hand.
type Failed = Result<u32, Failure<Fault>>;

/// A row by hand: a retry and a breaker around an operation.
macro_rules! by_hand {
    ($row:ident, $done:ident, $try:ident, $operation:expr) => {{
        ATTEMPTS.set(0);
        let last = $done(RETRY.$try(|| {
            another_attempt();
            $operation
        }));
        assert!(last.is_err());
        let breaker = above(concat!("by hand: ", stringify!($try)));
        Row {
            below: stringify!($row),
            attempts: Some(ATTEMPTS.get()),
            counted: counted(breaker, |breaker| drop($done(breaker.$try(call!($try, $operation))))),
            answered: None,
        }
    }};
}

/// Wraps an operation for `try_call`, which takes a closure, or for `try_run`, which takes a future.
macro_rules! call {
    (try_call, $operation:expr) => {
        || $operation
    };
    (try_run, $operation:expr) => {
        $operation
    };
}

#[test]
fn sync_calls_by_hand_follow_the_table() {
    #[retry(base_delay = 0s, exhausted = wrap)]
    fn exhausted_by_own() -> Failed {
        Err(Failure::Inner(Fault::Own))
    }

    #[retry(base_delay = 0s, exhausted = wrap)]
    #[bulkhead(name = "by hand: full")]
    fn exhausted_by_full() -> Failed {
        Ok(0)
    }

    #[retry(base_delay = 0s, retry_refused(circuit_open), exhausted = wrap)]
    #[circuit_breaker(name = "by hand: open")]
    fn exhausted_by_open() -> Failed {
        Ok(0)
    }

    let _busy = busy();
    let rows = [
        by_hand!(own, there, try_call, fails().map_err(Failure::Inner)),
        by_hand!(timed_out, there, try_call, LIMIT.call_cooperative(hangs)),
        by_hand!(full, there, try_call, full().call(fails)),
        by_hand!(open, there, try_call, open().call(fails)),
        by_hand!(limited, there, try_call, limited().call(fails)),
        by_hand!(exhausted_by_own, there, try_call, exhausted_by_own()),
        by_hand!(exhausted_by_full, there, try_call, exhausted_by_full()),
        by_hand!(exhausted_by_open, there, try_call, exhausted_by_open()),
    ];
    assert_eq!(rows, by_hand());
}

#[test]
fn async_calls_by_hand_follow_the_table() {
    #[retry(base_delay = 0s, exhausted = wrap)]
    async fn exhausted_by_own() -> Failed {
        Err(Failure::Inner(Fault::Own))
    }

    #[retry(base_delay = 0s, exhausted = wrap)]
    #[bulkhead(name = "by hand: full")]
    async fn exhausted_by_full() -> Failed {
        Ok(0)
    }

    #[retry(base_delay = 0s, retry_refused(circuit_open), exhausted = wrap)]
    #[circuit_breaker(name = "by hand: open")]
    async fn exhausted_by_open() -> Failed {
        Ok(0)
    }

    let _busy = busy();
    let rows = [
        by_hand!(own, wait, try_run, async { fails_later().await.map_err(Failure::Inner) }),
        by_hand!(timed_out, wait, try_run, LIMIT.run(hangs_later())),
        by_hand!(full, wait, try_run, full().run(fails_later())),
        by_hand!(open, wait, try_run, open().run(fails_later())),
        by_hand!(limited, wait, try_run, limited().run(fails_later())),
        by_hand!(exhausted_by_own, wait, try_run, exhausted_by_own()),
        by_hand!(exhausted_by_full, wait, try_run, exhausted_by_full()),
        by_hand!(exhausted_by_open, wait, try_run, exhausted_by_open()),
    ];
    assert_eq!(rows, by_hand());
}

#[cfg(debug_assertions)]
#[test]
fn a_failure_given_to_a_method_for_plain_errors_panics_in_debug_builds() {
    fn message(call: impl FnOnce()) -> String {
        let panic = catch_unwind(AssertUnwindSafe(call)).expect_err("it panics");
        panic.downcast_ref::<String>().cloned().expect("a message")
    }

    let failed = || -> Failed { Ok(7) };
    let failed_later = || std::future::ready(failed());

    let bulkhead = Bulkhead::new("by hand: nested", BulkheadPolicy::new(1));
    let breaker = CircuitBreaker::new("by hand: nested", BreakerPolicy::new());
    let messages = [
        ("RetryPolicy::call", "try_call", message(|| drop(RETRY.call(failed)))),
        ("RetryPolicy::run", "try_run", message(|| drop(RETRY.run(failed_later)))),
        ("CircuitBreaker::call", "try_call", message(|| drop(breaker.call(failed)))),
        ("CircuitBreaker::run", "try_run", message(|| drop(breaker.run(failed_later())))),
        ("Bulkhead::call", "try_call", message(|| drop(bulkhead.call(failed)))),
        ("Bulkhead::run", "try_run", message(|| drop(bulkhead.run(failed_later())))),
        ("TimeoutPolicy::call", "try_call", message(|| drop(LIMIT.call(failed)))),
        ("TimeoutPolicy::run", "try_run", message(|| drop(LIMIT.run(failed_later())))),
        ("TimeoutPolicy::call_cooperative", "try_call_cooperative", message(|| drop(LIMIT.call_cooperative(failed)))),
    ];
    for (method, instead, message) in messages {
        assert!(message.contains(&format!("`{method}`")) && message.contains(&format!("`{instead}`")), "{message}");
    }
}

#[test]
fn what_a_method_for_failures_takes_need_not_be_static_nor_comparable() {
    struct Opaque<'a>(&'a str);

    let text = String::from("borrowed");
    let breaker = CircuitBreaker::new("by hand: borrows", BreakerPolicy::new());
    let failed = RETRY.try_call(|| breaker.call(|| Err::<Infallible, _>(Opaque(&text))));
    assert_eq!(failed.err().and_then(|failure| failure.inner().map(|error| error.0)), Some("borrowed"));
}
