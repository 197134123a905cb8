//! Deadlines of async functions.

mod breakers;

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

/// A body that ends in the poll in which the time of its caller ends.
#[tokio::test]
async fn no_fallback_of_a_function_that_is_called_begins_after_it() {
    #[fallback(|_| async { Ok(7) })]
    async fn called(late: bool) -> Result<u32, Fault> {
        std::thread::sleep(if late { millis(30) } else { Duration::ZERO });
        Err(Fault::Own)
    }

    #[fallback(value = 8, fallback_if_ok = |value| *value == 1)]
    async fn not_enough() -> Result<u32, Fault> {
        std::thread::sleep(millis(30));
        Ok(1)
    }

    let answer = called(false);
    assert_eq!(TimeoutPolicy::new(secs(60)).run(answer).await, Ok(7));
    let seen = Cell::new(None);
    let see = async |call: std::pin::Pin<Box<dyn Future<Output = Result<u32, Fault>>>>| {
        seen.set(None);
        let limited = TimeoutPolicy::new(millis(5)).run(async {
            let answer = call.await;
            seen.set(Some(answer));
            Ok::<_, Fault>(())
        });
        drop(limited.await);
        seen.take()
    };
    assert_eq!(see(Box::pin(called(true))).await, Some(Err(Fault::Own)));
    assert_eq!(see(Box::pin(not_enough())).await, Some(Ok(1)));
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

/// A timeout cannot drop a future that a `block_on` in its body polls, so nothing may wait for that future to be
/// dropped.
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
