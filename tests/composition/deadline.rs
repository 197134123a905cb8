//! Below a timeout nothing begins after its deadline, and its breakers see what hung.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::{
    Backoff, BreakerPolicy, CircuitBreaker, CircuitState, CircuitStats, Error, Failure, Jitter, RetryPolicy,
    TimeoutPolicy, bulkhead, circuit_breaker, deadline, fallback, registry, remaining, retry, timeout,
};
use resilient_tests::{breaker, millis, secs};

#[derive(Debug, PartialEq)]
enum Fault {
    Own,
    TimedOut { name: String, after: Duration },
    Refused(String),
}

impl From<Error> for Fault {
    fn from(refusal: Error) -> Self {
        match refusal {
            Error::TimedOut { name, after } => Self::TimedOut { name: name.to_string(), after },
            other => Self::Refused(other.to_string()),
        }
    }
}

fn timed_out(name: &str, after: Duration) -> Result<u32, Fault> {
    timed_out_by(&format!("{}::{name}", module_path!()), after)
}

fn timed_out_by(name: &str, after: Duration) -> Result<u32, Fault> {
    Err(Fault::TimedOut { name: name.to_owned(), after })
}

/// Pauses of one length.
const fn steady(attempts: u32, pause: Duration) -> RetryPolicy {
    let policy = RetryPolicy::new().max_attempts(attempts).backoff(Backoff::Constant).jitter(Jitter::None);
    policy.base_delay(pause).max_delay(secs(1000))
}

/// Of the calls through a breaker, those that failed and those that counted neither way.
fn counted(breaker: &CircuitBreaker) -> (u64, u64) {
    let CircuitStats { failed_calls, ignored_calls, .. } = breaker.stats();
    (failed_calls, ignored_calls)
}

mod in_async_functions {
    use super::*;
    use std::cell::Cell;
    use std::future::pending;
    use std::panic::AssertUnwindSafe;
    use tokio::time::{Instant, sleep};

    /// Calls a function when it is dropped.
    struct OnDrop<F: FnMut()>(F);

    impl<F: FnMut()> Drop for OnDrop<F> {
        fn drop(&mut self) {
            (self.0)();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_sees_what_is_left_at_each_poll() {
        #[timeout(10s)]
        async fn call() -> Result<Vec<Duration>, Fault> {
            let mut seen = vec![remaining().expect("a deadline")];
            for _ in 0..3 {
                sleep(secs(3)).await;
                seen.push(remaining().expect("a deadline"));
            }
            Ok(seen)
        }

        assert_eq!(remaining(), None);
        assert_eq!(call().await, Ok([10, 7, 4, 1].map(secs).to_vec()));
        assert_eq!(deadline(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn of_limits_within_limits_the_earliest_is_seen_and_then_the_outer_one_again() {
        async fn seen(limit: u64) -> Result<Option<Duration>, Error> {
            TimeoutPolicy::new(secs(limit))
                .run_infallible(async {
                    tokio::task::yield_now().await;
                    remaining()
                })
                .await
        }

        #[timeout(5s)]
        async fn call() -> Result<[Option<Duration>; 3], Fault> {
            Ok([seen(9).await?, seen(2).await?, remaining()])
        }

        assert_eq!(call().await, Ok([Some(secs(5)), Some(secs(2)), Some(secs(5))]));
    }

    #[tokio::test(start_paused = true)]
    async fn siblings_never_see_each_others() {
        let limited = |limit| async move {
            let body = async {
                let first = remaining();
                tokio::task::yield_now().await;
                (first, remaining())
            };
            TimeoutPolicy::new(secs(limit)).run_infallible(body).await.expect("it is ready")
        };
        let free = async {
            let first = remaining();
            tokio::task::yield_now().await;
            (first, remaining())
        };
        let (long, free, short) = tokio::join!(limited(9), free, limited(3));
        assert_eq!(long, (Some(secs(9)), Some(secs(9))));
        assert_eq!(free, (None, None));
        assert_eq!(short, (Some(secs(3)), Some(secs(3))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_leaves_no_deadline_behind() {
        #[timeout(5s)]
        async fn call() -> Result<(), Fault> {
            tokio::task::yield_now().await;
            panic!("on purpose")
        }

        let outer = TimeoutPolicy::new(secs(9));
        let left = outer.run_infallible(async {
            let mut call = Box::pin(call());
            for _ in 0..2 {
                let polled = std::future::poll_fn(|context| {
                    let polled = std::panic::catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context).is_ready()));
                    std::task::Poll::Ready(polled.is_err())
                });
                if polled.await {
                    break;
                }
            }
            remaining()
        });
        assert_eq!(left.await.expect("in time"), Some(secs(9)));
        assert_eq!(deadline(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn no_pause_begins_that_would_outlast_it_and_the_last_error_returns_at_once() {
        #[timeout(1s)]
        #[retry(policy = steady(9, millis(300)).backoff(Backoff::Exponential))]
        async fn call(ran: &Cell<u32>) -> Result<u32, Fault> {
            ran.set(ran.get() + 1);
            Err(Fault::Own)
        }

        let (ran, start) = (Cell::new(0), Instant::now());
        assert_eq!(call(&ran).await, Err(Fault::Own));
        assert_eq!((ran.get(), start.elapsed()), (3, millis(900)), "a pause of 1.2 s is longer than what is left");
    }

    #[tokio::test(start_paused = true)]
    async fn by_hand_too_and_across_functions() {
        const RETRY: RetryPolicy = steady(9, secs(10));

        #[retry(policy = RETRY)]
        async fn inner() -> Result<u32, Fault> {
            Err(Fault::Own)
        }

        #[timeout(5s)]
        async fn outer() -> Result<u32, Fault> {
            inner().await
        }

        let (start, limit) = (Instant::now(), TimeoutPolicy::new(secs(5)));
        assert_eq!(outer().await, Err(Fault::Own));
        assert_eq!(limit.run(RETRY.run(|| async { Err::<(), _>(7) })).await, Err(Failure::Inner(7)));
        let attempts = limit.run_infallible(async {
            let (mut attempts, mut made) = (RETRY.attempts(), 0);
            while attempts.next().await.is_some() {
                made += 1;
            }
            made
        });
        assert_eq!(attempts.await.expect("in time"), 1);
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(RETRY.max_attempts(2).run(|| async { Err::<(), _>(7) }).await, Err(7));
        assert_eq!(start.elapsed(), secs(10), "without a limit it pauses");
    }

    #[tokio::test]
    async fn a_loop_by_hand_does_not_end_in_its_place() {
        let late = TimeoutPolicy::new(millis(5)).run_infallible(async {
            let mut attempts = steady(9, millis(1)).attempts();
            attempts.next().await;
            std::thread::sleep(millis(10));
            attempts.next().await
        });
        assert!(late.await.expect_err("its time is over").is_timed_out());
    }

    #[tokio::test]
    async fn no_hook_and_no_fallback_begins_after_it() {
        static BEGUN: AtomicU32 = AtomicU32::new(0);

        #[allow(clippy::unnecessary_wraps, reason = "a fallback has the function's type")]
        fn begin() -> Result<u32, Fault> {
            BEGUN.fetch_add(1, Ordering::SeqCst);
            Ok(0)
        }

        #[timeout(5ms)]
        #[fallback(begin)]
        #[retry(base_delay = 1ms, on_retry = |_| drop(begin()))]
        async fn late() -> Result<u32, Fault> {
            std::thread::sleep(millis(30));
            Err(Fault::Own)
        }

        #[timeout(5ms)]
        #[fallback(begin)]
        async fn late_without_a_retry() -> Result<u32, Fault> {
            std::thread::sleep(millis(30));
            Err(Fault::Own)
        }

        #[timeout(policy = TimeoutPolicy::new(millis(5)).named("mine"))]
        #[fallback(begin)]
        async fn named() -> Result<u32, Fault> {
            std::thread::sleep(millis(30));
            Err(Fault::Own)
        }

        assert_eq!(late().await, timed_out("in_async_functions::late", millis(5)));
        let name = "in_async_functions::late_without_a_retry";
        assert_eq!(late_without_a_retry().await, timed_out(name, millis(5)));
        assert_eq!(named().await, timed_out_by("mine", millis(5)));
        assert_eq!(BEGUN.load(Ordering::SeqCst), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_fallback_in_time_answers() {
        #[timeout(5s)]
        #[fallback(fallback_on(Fault::Own), value = 7)]
        async fn call(error: Fault) -> Result<u32, Fault> {
            sleep(secs(4)).await;
            Err(error)
        }

        assert_eq!(call(Fault::Own).await, Ok(7));
        assert_eq!(call(Fault::Refused(String::new())).await, Err(Fault::Refused(String::new())));
    }

    #[tokio::test(start_paused = true)]
    async fn the_limit_that_ended_first_is_named_and_of_two_at_once_the_outer_one() {
        #[timeout(2s)]
        async fn inner() -> Result<u32, Error> {
            pending().await
        }

        #[timeout(2s)]
        async fn outer() -> Result<u32, Error> {
            inner().await
        }

        #[timeout(3s)]
        async fn later() -> Result<u32, Error> {
            inner().await
        }

        assert!(outer().await.expect_err("late").name().ends_with("::outer"));
        assert!(later().await.expect_err("late").name().ends_with("::inner"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_computed_limit_of_zero_is_timed_out_without_running_the_body() {
        #[timeout(limit)]
        async fn call(limit: Duration, ran: &Cell<bool>) -> Result<u32, Fault> {
            ran.set(true);
            Ok(7)
        }

        let ran = Cell::new(false);
        assert_eq!(call(Duration::ZERO, &ran).await, timed_out("in_async_functions::call", Duration::ZERO));
        assert!(!ran.get());
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_of_none_is_no_limit() {
        #[timeout(limit)]
        async fn call(limit: Option<Duration>) -> Result<Option<Duration>, Fault> {
            sleep(secs(1_000_000)).await;
            Ok(remaining())
        }

        #[retry(max_attempts = 4, backoff = constant, base_delay = 1s, jitter = none, max_elapsed = limit)]
        async fn tried(limit: Option<Duration>, ran: &Cell<u32>) -> Result<(), Fault> {
            ran.set(ran.get() + 1);
            Err(Fault::Own)
        }

        assert_eq!(call(None).await, Ok(None));
        assert!(matches!(call(Some(secs(1))).await, Err(Fault::TimedOut { .. })));
        let around = TimeoutPolicy::new(secs(2_000_000)).run_infallible(call(None)).await.expect("in time");
        assert_eq!(around, Ok(Some(secs(1_000_000))), "one around it is still seen");
        for (limit, attempts) in [(None, 4), (Some(secs(2)), 3)] {
            let ran = Cell::new(0);
            assert_eq!(tried(limit, &ran).await, Err(Fault::Own));
            assert_eq!(ran.get(), attempts);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_body_is_gone_before_a_layer_above_acts() {
        async fn hangs(name: &'static str, seen: &Cell<Option<usize>>) -> Result<u32, Fault> {
            let _seen = OnDrop(|| seen.set(Some(registry().bulkhead(name).expect("it has run").in_flight())));
            pending().await
        }

        #[bulkhead(name = "deadline: slot", max_concurrent = 3)]
        #[timeout(1s)]
        async fn in_a_slot(seen: &Cell<Option<usize>>) -> Result<u32, Fault> {
            hangs("deadline: slot", seen).await
        }

        #[fallback(|_| { answered.set(seen.get()); Ok(0) })]
        #[retry(max_attempts = 2, on_retry = |_| again.set(seen.get()))]
        #[bulkhead(name = "deadline: all", max_concurrent = 3)]
        #[circuit_breaker(name = "deadline: all", failure_if = |_| true)]
        #[timeout(1s)]
        async fn below_all(
            seen: &Cell<Option<usize>>,
            again: &Cell<Option<usize>>,
            answered: &Cell<Option<usize>>,
        ) -> Result<u32, Fault> {
            seen.set(None);
            hangs("deadline: all", seen).await
        }

        let [seen, again, answered] = [const { Cell::new(None) }; 3];
        assert!(in_a_slot(&seen).await.is_err());
        assert_eq!(seen.get(), Some(1));
        assert_eq!(below_all(&seen, &again, &answered).await, Ok(0));
        assert_eq!((again.get(), answered.get()), (Some(1), Some(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_of_a_body_that_is_dropped_goes_on_and_frees_what_it_held() {
        #[bulkhead(name = "deadline: panics", max_concurrent = 1)]
        #[circuit_breaker(name = "deadline: panics")]
        #[timeout(1s)]
        async fn call() -> Result<u32, Fault> {
            let _panics = OnDrop(|| panic!("on purpose"));
            pending().await
        }

        assert!(tokio::spawn(call()).await.expect_err("it panics").is_panic());
        assert_eq!(registry().bulkhead("deadline: panics").expect("it has run").in_flight(), 0);
        assert_eq!(counted(breaker("deadline: panics")), (1, 0));
        assert_eq!(deadline(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_breaker_below_it_opens_when_calls_hang() {
        #[timeout(10ms)]
        #[circuit_breaker(name = "deadline: hangs", failure_threshold = 3)]
        async fn call() -> Result<u32, Fault> {
            pending().await
        }

        for _ in 0..3 {
            assert_eq!(call().await, timed_out("in_async_functions::call", millis(10)));
        }
        assert_eq!(breaker("deadline: hangs").state(), CircuitState::Open);
        for _ in 0..27 {
            assert!(matches!(call().await, Err(Fault::Refused(_))));
        }
        assert_eq!(counted(breaker("deadline: hangs")), (3, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn the_recommended_order_opens_too_and_so_do_breakers_in_breakers() {
        #[timeout(10s)]
        #[retry(max_attempts = 3)]
        #[circuit_breaker(name = "deadline: outer", failure_threshold = 100)]
        #[timeout(8s)]
        async fn call() -> Result<u32, Fault> {
            inner().await
        }

        #[circuit_breaker(name = "deadline: inner", failure_threshold = 100)]
        async fn inner() -> Result<u32, Fault> {
            pending().await
        }

        for _ in 0..5 {
            assert!(call().await.is_err());
        }
        // The second attempt had less than half of the 10 s.
        assert_eq!(counted(breaker("deadline: outer")), (5, 5));
        assert_eq!(counted(breaker("deadline: inner")), (5, 5));
    }

    #[tokio::test(start_paused = true)]
    async fn one_impatient_caller_opens_no_shared_breaker() {
        #[circuit_breaker(name = "deadline: shared", failure_threshold = 3)]
        #[bulkhead(name = "deadline: shared", max_concurrent = 1, max_wait = 1h)]
        async fn shared() -> Result<u32, Fault> {
            sleep(secs(3)).await;
            Ok(0)
        }

        let limit = TimeoutPolicy::new(millis(10));
        assert_eq!(shared().await, Ok(0));
        let slot = registry().bulkhead("deadline: shared").expect("it has run").try_acquire().expect("it is free");
        for _ in 0..10 {
            assert!(limit.run(shared()).await.is_err(), "it waited for a slot");
        }
        assert_eq!(counted(breaker("deadline: shared")), (0, 10));
        drop(slot);
        for _ in 0..10 {
            let late = async {
                sleep(millis(6)).await;
                shared().await
            };
            assert!(limit.run(late).await.is_err(), "it was admitted late");
        }
        assert_eq!(counted(breaker("deadline: shared")), (0, 20));
        assert_eq!(shared().await, Ok(0));
    }

    #[tokio::test(start_paused = true)]
    async fn half_of_the_limit_is_enough_and_less_is_not() {
        let breaker = CircuitBreaker::new("deadline: half", BreakerPolicy::new().failure_threshold(100));
        for (admitted_after, expected) in [(0, (1, 0)), (500, (2, 0)), (501, (2, 1)), (999, (2, 2))] {
            let call = async {
                sleep(millis(admitted_after)).await;
                breaker.run(pending::<Result<(), Fault>>()).await
            };
            assert!(TimeoutPolicy::new(secs(1)).try_run(call).await.is_err());
            assert_eq!(counted(&breaker), expected, "admitted after {admitted_after} ms");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn of_siblings_each_counts_by_itself_and_a_wait_counts_for_the_breakers_above_it() {
        let policy = BreakerPolicy::new().failure_threshold(100);
        let [hangs, waits, above] = ["hangs", "waits", "above"].map(|name| CircuitBreaker::new(name, policy));
        let bulkhead = resilient::Bulkhead::new("sibling", resilient::BulkheadPolicy::new(1).max_wait(secs(100)));
        let _slot = bulkhead.try_acquire().expect("it is free");
        let both = async {
            let hung = hangs.run(pending::<Result<(), Fault>>());
            let waited = waits.run(async { bulkhead.acquire().await.map(drop).map_err(Fault::from) });
            let _ = tokio::join!(hung, waited);
            Ok::<(), Fault>(())
        };
        assert!(TimeoutPolicy::new(secs(1)).try_run(above.run(both)).await.is_err());
        assert_eq!([&hangs, &waits, &above].map(counted), [(1, 0), (0, 1), (0, 1)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_spawned_task_and_a_call_dropped_by_anything_else_count_neither_way() {
        #[circuit_breaker(name = "deadline: elsewhere", failure_threshold = 100)]
        async fn call() -> Result<u32, Fault> {
            sleep(secs(5)).await;
            Ok(0)
        }

        let spawned = TimeoutPolicy::new(secs(1)).run(async { tokio::spawn(call()).await.expect("no panic") });
        assert!(spawned.await.is_err());
        sleep(secs(10)).await;
        assert_eq!(counted(breaker("deadline: elsewhere")), (0, 0));
        assert!(tokio::time::timeout(secs(1), call()).await.is_err());
        assert_eq!(counted(breaker("deadline: elsewhere")), (0, 1));
        let dropped_before_its_end = TimeoutPolicy::new(secs(9)).run(call());
        assert!(tokio::time::timeout(secs(4), dropped_before_its_end).await.is_err());
        assert_eq!(counted(breaker("deadline: elsewhere")), (0, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_does_not_begin_in_a_slot_that_comes_too_late() {
        let bulkhead = resilient::Bulkhead::new("late", resilient::BulkheadPolicy::new(1).max_wait(secs(100)));
        let slot = bulkhead.try_acquire().expect("it is free");
        let waits = TimeoutPolicy::new(secs(1)).run_infallible(async { bulkhead.acquire().await.is_ok() });
        let frees = async {
            sleep(secs(1)).await;
            drop(slot);
        };
        let (waited, ()) = tokio::join!(waits, frees);
        assert!(!waited.unwrap_or_default());
        assert_eq!((bulkhead.in_flight(), bulkhead.waiting()), (0, 0));
    }

    /// A timeout cannot drop what is polled by a `block_on` in its body: so nothing may wait for that.
    #[test]
    fn within_a_block_on_nothing_waits_for_ever_to_be_dropped() {
        #[retry(max_attempts = 2, base_delay = 1ms, jitter = none)]
        async fn inner() -> Result<u32, Fault> {
            std::thread::sleep(millis(15));
            Err(Fault::Own)
        }

        #[timeout(10ms)]
        async fn outer() -> Result<u32, Fault> {
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(inner()))
        }

        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().expect("a runtime");
        assert_eq!(runtime.block_on(async { tokio::spawn(outer()).await.expect("no panic") }), Err(Fault::Own));
    }
}

mod in_sync_functions {
    use super::*;
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread;
    use std::time::Instant;

    #[test]
    fn no_attempt_begins_after_it_unseen() {
        // The second attempt ends 100 ms before the limit, so a slow machine sees the same.
        #[timeout(300ms)]
        #[retry(policy = steady(50, millis(200)))]
        fn call(ran: Arc<AtomicU32>) -> Result<u32, Fault> {
            ran.fetch_add(1, Ordering::SeqCst);
            Err(Fault::Own)
        }

        let ran = Arc::new(AtomicU32::new(0));
        assert_eq!(call(Arc::clone(&ran)), Err(Fault::Own), "the error that explains is kept");
        let seen = ran.load(Ordering::SeqCst);
        thread::sleep(millis(300));
        assert_eq!(ran.load(Ordering::SeqCst), seen);
        assert!(seen <= 2, "{seen} attempts in 300 ms");
    }

    #[test]
    fn other_tasks_of_a_runtime_that_its_body_drives_have_none_of_it() {
        #[retry(policy = steady(3, millis(60)))]
        async fn background(ran: Arc<AtomicU32>) -> Result<u32, Fault> {
            assert_eq!(remaining(), None);
            ran.fetch_add(1, Ordering::SeqCst);
            Err(Fault::Own)
        }

        #[timeout(50ms, cooperative)]
        fn drives(runtime: &tokio::runtime::Runtime) -> Result<Option<Duration>, Fault> {
            Ok(runtime.block_on(async {
                tokio::task::yield_now().await;
                remaining()
            }))
        }

        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let ran = Arc::new(AtomicU32::new(0));
        let task = runtime.spawn(background(Arc::clone(&ran)));
        assert!(drives(&runtime).expect("in time").is_some());
        assert_eq!(ran.load(Ordering::SeqCst), 1, "it was polled meanwhile");
        assert_eq!(runtime.block_on(task).expect("no panic"), Err(Fault::Own));
        assert_eq!(ran.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn an_async_wait_ends_with_it() {
        #[bulkhead(name = "deadline: awaits", max_concurrent = 1, max_wait = 100s)]
        async fn awaits() -> Result<u32, Fault> {
            Ok(7)
        }

        #[timeout(30ms)]
        fn call() -> Result<u32, Fault> {
            tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(awaits())
        }

        let bulkhead = registry().bulkhead("deadline: awaits").expect("an attribute names it");
        let slot = bulkhead.try_acquire().expect("it is free");
        assert_eq!(call(), timed_out("in_sync_functions::call", millis(30)));
        let start = Instant::now();
        while bulkhead.waiting() > 0 {
            assert!(start.elapsed() < secs(10), "nobody waits unseen");
            thread::sleep(millis(1));
        }
        drop(slot);
        assert_eq!(call(), Ok(7));
    }

    #[test]
    fn below_a_cooperative_one_retries_and_waits_come_back_in_time() {
        #[timeout(100ms, cooperative)]
        #[retry(policy = steady(50, millis(40)))]
        fn retries() -> Result<u32, Fault> {
            Err(Fault::Own)
        }

        #[timeout(100ms, cooperative)]
        #[bulkhead(name = "deadline: waits in place", max_concurrent = 1, max_wait = 100s)]
        fn waits() -> Result<u32, Fault> {
            Ok(7)
        }

        let start = Instant::now();
        assert_eq!(retries(), Err(Fault::Own));
        assert_eq!(waits(), Ok(7));
        let slot =
            registry().bulkhead("deadline: waits in place").expect("it has run").try_acquire().expect("it is free");
        assert_eq!(waits(), timed_out("in_sync_functions::waits", millis(100)));
        drop(slot);
        assert!(start.elapsed() < secs(10), "not after the wait");
        assert_eq!(waits(), Ok(7));
    }

    #[test]
    fn a_body_does_not_begin_when_its_caller_has_left() {
        #[timeout(300ms)]
        #[bulkhead(name = "deadline: waits", max_concurrent = 1, max_wait = 100s)]
        fn call(ran: Arc<AtomicU32>) -> Result<u32, Fault> {
            ran.fetch_add(1, Ordering::SeqCst);
            Ok(7)
        }

        let ran = Arc::new(AtomicU32::new(0));
        assert_eq!(call(Arc::clone(&ran)), Ok(7));
        let bulkhead = registry().bulkhead("deadline: waits").expect("it has run");
        let slot = bulkhead.try_acquire().expect("it is free");
        assert_eq!(call(Arc::clone(&ran)), timed_out("in_sync_functions::call", millis(300)));
        let start = Instant::now();
        while bulkhead.waiting() > 0 {
            assert!(start.elapsed() < secs(10), "an abandoned call does not wait on");
            thread::sleep(millis(1));
        }
        drop(slot);
        thread::sleep(millis(50));
        assert_eq!(ran.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn no_hook_and_no_fallback_begins_after_it() {
        static BEGUN: AtomicU32 = AtomicU32::new(0);

        #[allow(clippy::unnecessary_wraps, reason = "a fallback has the function's type")]
        fn begin() -> Result<u32, Fault> {
            BEGUN.fetch_add(1, Ordering::SeqCst);
            Ok(0)
        }

        #[timeout(5ms, cooperative)]
        #[fallback(begin)]
        #[retry(base_delay = 1ms, on_retry = |_| drop(begin()))]
        fn late() -> Result<u32, Fault> {
            thread::sleep(millis(30));
            Err(Fault::Own)
        }

        #[timeout(5ms, cooperative)]
        fn around() -> Result<u32, Fault> {
            below()
        }

        #[fallback(begin)]
        fn below() -> Result<u32, Fault> {
            thread::sleep(millis(30));
            Err(Fault::Own)
        }

        #[timeout(policy = TimeoutPolicy::new(millis(5)).named("mine"), cooperative)]
        fn around_a_limit() -> Result<u32, Fault> {
            limited_below()
        }

        #[timeout(10s, cooperative)]
        #[fallback(begin)]
        fn limited_below() -> Result<u32, Fault> {
            thread::sleep(millis(30));
            Err(Fault::Own)
        }

        assert_eq!(around_a_limit(), timed_out_by("mine", millis(5)));
        assert_eq!(late(), timed_out("in_sync_functions::late", millis(5)));
        assert_eq!(around(), timed_out("in_sync_functions::around", millis(5)));
        assert_eq!(BEGUN.load(Ordering::SeqCst), 0);
        assert_eq!(below(), Ok(0), "without a deadline it answers");
    }

    #[test]
    fn the_limit_that_ended_first_is_named() {
        #[timeout(20ms, cooperative)]
        fn outer(inner: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
            inner()
        }

        #[timeout(100s, cooperative)]
        fn in_place() -> Result<u32, Fault> {
            thread::sleep(millis(40));
            Ok(0)
        }

        #[timeout(100s)]
        fn on_a_helper_thread() -> Result<u32, Fault> {
            thread::sleep(millis(40));
            Ok(0)
        }

        #[timeout(10ms)]
        fn shorter() -> Result<u32, Fault> {
            thread::sleep(millis(40));
            Ok(0)
        }

        #[timeout(100s, cooperative)]
        fn longer(inner: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
            inner()
        }

        assert_eq!(outer(in_place), timed_out("in_sync_functions::outer", millis(20)));
        assert_eq!(outer(on_a_helper_thread), timed_out("in_sync_functions::outer", millis(20)));
        assert_eq!(longer(shorter), timed_out("in_sync_functions::shorter", millis(10)));
    }

    #[test]
    fn a_computed_limit_of_zero_is_timed_out_without_running_the_body() {
        #[timeout(limit)]
        fn call(limit: Duration, ran: Arc<AtomicU32>) -> Result<u32, Fault> {
            ran.fetch_add(1, Ordering::SeqCst);
            Ok(7)
        }

        #[timeout(limit, cooperative)]
        fn in_place(limit: Duration, ran: &AtomicU32) -> Result<u32, Fault> {
            ran.fetch_add(1, Ordering::SeqCst);
            Ok(7)
        }

        let ran = Arc::new(AtomicU32::new(0));
        assert_eq!(call(Duration::ZERO, Arc::clone(&ran)), timed_out("in_sync_functions::call", Duration::ZERO));
        assert_eq!(in_place(Duration::ZERO, &ran), timed_out("in_sync_functions::in_place", Duration::ZERO));
        assert_eq!(ran.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_limit_of_none_runs_in_place_without_a_deadline() {
        #[timeout(limit)]
        fn call(limit: Option<Duration>) -> Result<(thread::ThreadId, bool), Fault> {
            Ok((thread::current().id(), deadline().is_some()))
        }

        assert_eq!(call(None), Ok((thread::current().id(), false)));
        let (thread, has_deadline) = call(Some(secs(100))).expect("in time");
        assert!(thread != thread::current().id() && has_deadline);
    }

    #[test]
    fn a_breaker_below_it_counts_a_failure_at_the_deadline_and_a_late_result_in_the_totals_only() {
        #[timeout(10ms)]
        #[circuit_breaker(name = "deadline: sync", failure_threshold = 3)]
        fn call(ended: Receiver<()>) -> Result<u32, Fault> {
            let _ = ended.recv();
            Ok(0)
        }

        let (mut releases, mut results) = (Vec::<Sender<()>>::new(), Vec::new());
        // On a machine that is busy a body may begin late, and then it counts neither way.
        let start = Instant::now();
        while releases.is_empty() || breaker("deadline: sync").state() != CircuitState::Open {
            assert!(start.elapsed() < secs(60), "{:?}", breaker("deadline: sync").stats());
            let (release, ended) = channel();
            releases.push(release);
            results.push(call(ended));
        }
        assert!(results.iter().all(|result| *result == timed_out("in_sync_functions::call", millis(10))));
        let breaker = breaker("deadline: sync");
        assert_eq!(breaker.stats().failed_calls, 3);
        let hung = releases.len();
        drop(releases);
        while breaker.stats().successful_calls < 3 {
            assert!(start.elapsed() < secs(60), "{:?} of {hung} that hung", breaker.stats());
            thread::sleep(millis(1));
        }
        assert_eq!((breaker.state(), breaker.stats().failed_calls), (CircuitState::Open, 3));
    }

    #[test]
    fn one_impatient_caller_opens_no_shared_breaker() {
        #[circuit_breaker(name = "deadline: sync shared", failure_threshold = 1)]
        #[bulkhead(name = "deadline: sync shared", max_concurrent = 1, max_wait = 100s)]
        fn shared() -> Result<u32, Fault> {
            Ok(0)
        }

        #[timeout(20ms)]
        fn impatient() -> Result<u32, Fault> {
            shared()
        }

        #[timeout(20ms, cooperative)]
        fn impatient_in_place() -> Result<u32, Fault> {
            shared()
        }

        #[timeout(100ms, cooperative)]
        fn impatient_around_another() -> Result<u32, Fault> {
            below_a_breaker()
        }

        #[circuit_breaker(name = "deadline: sync around", failure_threshold = 1)]
        #[timeout(100s)]
        fn below_a_breaker() -> Result<u32, Fault> {
            shared()
        }

        #[timeout(20ms)]
        #[circuit_breaker(name = "deadline: sync shared")]
        fn admitted_late() -> Result<u32, Fault> {
            thread::sleep(millis(60));
            Ok(0)
        }

        #[timeout(20ms)]
        fn late() -> Result<u32, Fault> {
            thread::sleep(millis(15));
            admitted_late()
        }

        assert_eq!((shared(), below_a_breaker()), (Ok(0), Ok(0)), "and a helper thread is there");
        let breaker = breaker("deadline: sync shared");
        let slot = registry().bulkhead("deadline: sync shared").expect("it has run").try_acquire().expect("it is free");
        for _ in 0..3 {
            assert_eq!(impatient(), timed_out("in_sync_functions::impatient", millis(20)));
            assert_eq!(impatient_in_place(), timed_out("in_sync_functions::impatient_in_place", millis(20)));
            assert!(impatient_around_another().is_err());
        }
        drop(slot);
        assert!(late().is_err());
        thread::sleep(millis(100));
        assert_eq!(breaker.state(), CircuitState::Closed);
        assert_eq!(breaker.stats().failed_calls, 0);
        let around = registry().circuit_breaker("deadline: sync around").expect("it has run");
        assert_eq!(around.stats().failed_calls, 0, "what it waited for was a slot");
    }

    #[test]
    fn in_place_a_result_after_it_is_a_failure() {
        #[timeout(200ms, cooperative)]
        #[circuit_breaker(name = "deadline: in place", failure_threshold = 2, failure_if = |_| false)]
        fn call(takes: Duration, outcome: Result<u32, Fault>) -> Result<u32, Fault> {
            thread::sleep(takes);
            outcome
        }

        assert_eq!(call(Duration::ZERO, Ok(1)), Ok(1));
        assert!(call(millis(210), Ok(1)).is_err());
        assert!(call(millis(210), Err(Fault::Own)).is_err());
        let breaker = breaker("deadline: in place");
        assert_eq!((breaker.state(), breaker.stats().failed_calls), (CircuitState::Open, 2));
    }

    #[test]
    fn a_breaker_by_hand_counts_a_late_result_as_a_failure() {
        let breaker = CircuitBreaker::new("deadline: by hand", BreakerPolicy::new().failure_threshold(1));
        let late = TimeoutPolicy::new(millis(200)).try_call_cooperative(|| {
            breaker.call(|| {
                thread::sleep(millis(210));
                Ok::<_, Fault>(1)
            })
        });
        assert!(late.is_err());
        assert_eq!((breaker.state(), counted(&breaker)), (CircuitState::Open, (1, 0)));
    }

    #[test]
    fn an_async_deadline_is_seen_by_the_sync_calls_below_it() {
        #[retry(policy = steady(9, secs(100)))]
        fn inner() -> Result<u32, Fault> {
            Err(Fault::Own)
        }

        #[timeout(100s)]
        fn on_a_helper_thread() -> Result<Option<Duration>, Fault> {
            Ok(remaining())
        }

        #[timeout(50s)]
        async fn outer() -> Result<Option<Duration>, Fault> {
            assert_eq!(inner(), Err(Fault::Own));
            on_a_helper_thread()
        }

        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let left = runtime.block_on(outer()).expect("in time").expect("there is a deadline");
        assert!(left <= secs(50), "{left:?}");
    }
}
