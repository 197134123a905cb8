//! Policies composed by hand and by attributes follow the same rules.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitState, Error, Failure, Jitter, Name, RetryPolicy,
    Slot, TimeoutPolicy, bulkhead, circuit_breaker, deadline, fallback, registry, retry, timeout,
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

/// Three attempts without pauses.
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

/// Until its time is over.
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

/// What became of a call under a retry, a breaker and a fallback.
#[derive(Debug, PartialEq)]
struct Row {
    below: &'static str,
    /// How many attempts a retry above made. `None` where it cannot be written.
    attempts: Option<u32>,
    /// How a breaker above counted it.
    counted: &'static str,
    answered: Option<bool>,
}

const FAILURE: &str = "failure";
const NEITHER: &str = "neither";

/// The table of what each policy makes of what came from below.
const TABLE: [Row; 7] = [
    Row { below: "own", attempts: Some(3), counted: FAILURE, answered: Some(true) },
    Row { below: "timed_out", attempts: Some(3), counted: FAILURE, answered: Some(true) },
    Row { below: "full", attempts: Some(3), counted: NEITHER, answered: Some(true) },
    Row { below: "open", attempts: Some(1), counted: NEITHER, answered: Some(true) },
    Row { below: "exhausted_by_own", attempts: Some(3), counted: FAILURE, answered: Some(true) },
    Row { below: "exhausted_by_full", attempts: Some(3), counted: NEITHER, answered: Some(true) },
    Row { below: "exhausted_by_open", attempts: Some(1), counted: NEITHER, answered: Some(true) },
];

/// The table as attributes can show it: two retries cannot stand on one function.
fn by_attributes() -> [Row; 7] {
    TABLE.map(|row| Row { attempts: row.attempts.filter(|_| !row.below.starts_with("exhausted")), ..row })
}

/// The table as it shows by hand: there is no fallback.
fn by_hand() -> [Row; 7] {
    TABLE.map(|row| Row { answered: None, ..row })
}

/// A bulkhead without a free slot and a breaker that is open.
fn busy() -> (Slot<'static>, &'static CircuitBreaker) {
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

/// Lets an async call run to its end on a clock that stands still.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(future)
}

/// A call that is there already.
fn there<T>(value: T) -> T {
    value
}

/// One function for each column of a row, with the attributes that make the row below them.
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

/// What a function with attributes of its own returns when it takes part in a composition.
type Failed = Result<u32, Failure<Fault>>;

/// A row by hand: the retry and the breaker above an operation.
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

/// What is given to `try_call` is a closure, what is given to `try_run` a future.
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
        by_hand!(exhausted_by_own, wait, try_run, exhausted_by_own()),
        by_hand!(exhausted_by_full, wait, try_run, exhausted_by_full()),
        by_hand!(exhausted_by_open, wait, try_run, exhausted_by_open()),
    ];
    assert_eq!(rows, by_hand());
}

mod refusals_keep_their_kind {
    use super::*;

    fn attempts(policy: RetryPolicy, mut operation: impl FnMut() -> Failed) -> u32 {
        let mut attempts = 0;
        let last = policy.try_call(|| {
            attempts += 1;
            operation()
        });
        assert!(last.is_err_and(|failure| failure.refusal().is_some()));
        attempts
    }

    #[test]
    fn each_is_retried_as_its_setting_says() {
        let bulkhead = Bulkhead::new("by hand: settings", BulkheadPolicy::new(1));
        let _slot = bulkhead.try_acquire().expect("free");
        let breaker = CircuitBreaker::new("by hand: settings", BreakerPolicy::new());
        breaker.force_open();
        let late = || LIMIT.call_cooperative(hangs);
        assert_eq!([attempts(RETRY, late), attempts(RETRY.retry_timed_out(false), late)], [3, 1]);
        let full = || bulkhead.call(fails);
        assert_eq!([attempts(RETRY, full), attempts(RETRY.retry_bulkhead_full(false), full)], [3, 1]);
        let open = || breaker.call(fails);
        assert_eq!([attempts(RETRY, open), attempts(RETRY.retry_circuit_open(true), open)], [1, 3]);
    }

    #[test]
    fn a_job_on_a_helper_thread_that_is_late_is_retried() {
        let (mut attempts, mut kept) = (0, Vec::new());
        let late = RETRY.try_call(|| {
            attempts += 1;
            let (release, released) = std::sync::mpsc::channel::<()>();
            kept.push(release);
            LIMIT.call(move || released.recv())
        });
        assert!(late.is_err_and(|failure| failure.refusal().is_some_and(Error::is_timed_out)));
        assert_eq!(attempts, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_open_breaker_is_waited_for_by_hand_as_by_an_attribute() {
        #[circuit_breaker(name = "by hand: waits", failure_threshold = 1, recovery_timeout = 30s)]
        async fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        #[retry(jitter = none, retry_refused(circuit_open))]
        #[circuit_breaker(name = "by hand: waits")]
        async fn by_attributes() -> Outcome {
            Ok(7)
        }

        let breaker = registry().circuit_breaker_or_insert(
            "by hand: waits",
            BreakerPolicy::new().failure_threshold(1).recovery_timeout(secs(30)),
        );
        let policy = RetryPolicy::new().retry_circuit_open(true);
        for round in 0..3 {
            assert_eq!(call(Err(Fault::Own)).await, Err(Fault::Own));
            let start = Instant::now();
            let by_hand = |policy: RetryPolicy| async move { policy.try_run(|| breaker.run(async { Ok(7) })).await };
            let outcome: Failed = match round {
                0 => by_attributes().await.map_err(Failure::Inner),
                1 => by_hand(policy.jitter(Jitter::None)).await,
                _ => by_hand(policy).await,
            };
            assert_eq!(outcome, Ok(7), "round {round}");
            let late = start.elapsed().checked_sub(secs(30)).expect("not before it admits a probe");
            assert!(late <= if round < 2 { Duration::ZERO } else { millis(100) }, "round {round}: {late:?}");
            breaker.reset();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_failure_is_given() {
        let mut attempt = 0;
        let last = RETRY.try_run(|| {
            attempt += 1;
            let (fails, limit) = (attempt < 3, LIMIT.named(Name::new(&"the last")));
            async move { if fails { Err(Failure::Inner(Fault::Own)) } else { limit.run(hangs_later()).await } }
        });
        let timed_out = Error::TimedOut { name: Name::new(&"the last"), after: millis(1) };
        assert_eq!(last.await, Err(Failure::Refused(timed_out)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_grows_by_its_step_with_each_attempt() {
        let limit = TimeoutPolicy::new(secs(2)).step(secs(5)).named("by hand: grows");
        let (mut attempt, start) = (0, Instant::now());
        let late = RETRY.try_run(|| {
            attempt += 1;
            limit.for_attempt(attempt).run(hangs_later())
        });
        let timed_out = Error::TimedOut { name: Name::new(&"by hand: grows"), after: secs(12) };
        assert_eq!(late.await, Err(Failure::Refused(timed_out)));
        assert_eq!(start.elapsed(), secs(2 + 7 + 12) + PAUSE_OF_ZERO * 2);
        assert_eq!(limit.for_attempt(3).for_attempt(3), limit.for_attempt(3), "the step is part of it");
    }

    #[tokio::test(start_paused = true)]
    async fn the_name_of_a_policy_is_that_of_the_limit_in_an_attribute_too() {
        #[timeout(policy = TimeoutPolicy::new(secs(2)).named("by hand: mine"))]
        async fn named() -> Outcome {
            pending().await
        }

        #[timeout(policy = TimeoutPolicy::new(secs(2)).named("by hand: mine"), duration = limit)]
        async fn computed(limit: Option<Duration>) -> Outcome {
            pending().await
        }

        #[timeout(policy = TimeoutPolicy::new(secs(2)).named("by hand: mine"), duration = limit, cooperative)]
        fn in_place(limit: Duration) -> Outcome {
            hangs()
        }

        let timed_out = |after| Err(Error::TimedOut { name: Name::new(&"by hand: mine"), after }.into());
        assert_eq!(named().await, timed_out(secs(2)));
        assert_eq!(computed(Some(secs(3))).await, timed_out(secs(3)));
        assert_eq!(in_place(millis(4)), timed_out(millis(4)));
    }
}

mod bulkheads {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn run_waits_for_a_slot_as_long_as_the_policy_says() {
        let bulkhead = Bulkhead::new("by hand: waits", BulkheadPolicy::new(1).max_wait(secs(5)));
        let (start, slot) = (Instant::now(), bulkhead.try_acquire().expect("free"));
        let full = Error::BulkheadFull { name: bulkhead.name(), limit: 1 };
        assert_eq!(bulkhead.run(fails_later()).await, Err(Failure::Refused(full)));
        assert_eq!(start.elapsed(), secs(5));
        let release = async {
            sleep(secs(2)).await;
            drop(slot);
        };
        let (answer, ()) = tokio::join!(bulkhead.run(async { Ok::<_, Fault>(7) }), release);
        assert_eq!((answer, start.elapsed()), (Ok(7), secs(5 + 2)));
    }

    #[test]
    fn call_waits_for_a_slot_as_long_as_the_policy_says() {
        let bulkhead = Bulkhead::new("by hand: blocks", BulkheadPolicy::new(1).max_wait(secs(60)));
        let slot = bulkhead.try_acquire().expect("free");
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| bulkhead.call(|| Ok::<_, Fault>(7)));
            while bulkhead.waiting() == 0 {
                std::thread::yield_now();
            }
            drop(slot);
            assert_eq!(waits.join().expect("it does not panic"), Ok(7));
        });
        let impatient = Bulkhead::new("by hand: impatient", BulkheadPolicy::new(1).max_wait(millis(5)));
        let (start, _slot) = (std::time::Instant::now(), impatient.try_acquire().expect("free"));
        assert!(impatient.call(fails).is_err_and(|failure| failure.refusal().is_some()));
        assert!(start.elapsed() >= millis(5));
    }
}

mod what_does_not_end {
    use super::*;

    #[tokio::test]
    async fn a_future_that_is_dropped_gives_its_slot_and_its_place_back() {
        let bulkhead = Bulkhead::new("by hand: dropped", BulkheadPolicy::new(1));
        let policy = BreakerPolicy::new().failure_threshold(1).half_open_max_calls(1);
        let breaker = CircuitBreaker::new("by hand: dropped", policy);
        {
            let whole = RETRY.try_run(|| breaker.try_run(LIMIT.try_run(bulkhead.run(hangs_later()))));
            tokio::pin!(whole);
            assert!(
                std::future::poll_fn(|context| std::task::Poll::Ready(whole.as_mut().poll(context))).await.is_pending()
            );
            assert_eq!(bulkhead.in_flight(), 1);
        }
        assert_eq!(bulkhead.in_flight(), 0);
        assert_eq!((breaker.stats().ignored_calls, breaker.state()), (1, CircuitState::Closed));
    }

    #[tokio::test]
    async fn a_panic_is_a_failure_and_gives_the_slot_back() {
        let bulkhead = Bulkhead::new("by hand: panics", BulkheadPolicy::new(1));
        let breaker = CircuitBreaker::new("by hand: panics", BreakerPolicy::new().failure_threshold(3));
        let sync = catch_unwind(AssertUnwindSafe(|| {
            RETRY.try_call(|| breaker.try_call(|| bulkhead.call(|| -> Outcome { panic!("on purpose") })))
        }));
        assert!(sync.is_err());
        let call = || RETRY.try_run(|| breaker.try_run(bulkhead.run(async { panic!("on purpose") as Outcome })));
        assert!(catch_unwind(AssertUnwindSafe(|| wait_here(call()))).is_err());
        assert_eq!((bulkhead.in_flight(), breaker.stats().failed_calls), (0, 2));
    }

    /// Polls what does not have to wait.
    fn wait_here<T>(future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => panic!("it waits"),
        }
    }
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
