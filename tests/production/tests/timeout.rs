//! Timeouts with the library's own timer. These tests wait for real, but assert only that nothing ends too early.

use std::future::{Future, pending};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::thread::{self};
use std::time::{Duration, Instant};

use resilient::{Error, TimeoutPolicy, timeout, with_deadline};
use resilient_tests::block_on;

fn multi_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap()
}

#[test]
fn a_short_limit_ends_a_call_and_not_too_early() {
    #[timeout(20ms)]
    async fn call() -> Result<(), Error> {
        pending().await
    }

    let start = Instant::now();
    assert!(block_on(call()).unwrap_err().is_timed_out());
    assert!(start.elapsed() >= Duration::from_millis(20));
}

#[test]
fn a_limit_that_is_read_off_the_coarse_clock_does_not_end_a_call_too_early() {
    #[timeout(500ms)]
    async fn call(busy: Duration) -> Result<(), Error> {
        thread::sleep(busy);
        pending().await
    }

    let calls = (0..16).map(|tenths| {
        thread::spawn(move || {
            let start = Instant::now();
            assert!(block_on(call(Duration::from_millis(tenths * 10))).unwrap_err().is_timed_out());
            assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
        })
    });
    calls.collect::<Vec<_>>().into_iter().for_each(|call| call.join().unwrap());
}

#[test]
fn a_deadline_that_was_given_ends_a_longer_limit_in_time_and_keeps_a_body_from_beginning() {
    #[timeout(1h)]
    async fn call(began: &AtomicUsize) -> Result<(), Error> {
        began.fetch_add(1, Ordering::Relaxed);
        pending().await
    }

    let (start, began, left) = (Instant::now(), AtomicUsize::new(0), Duration::from_millis(20));
    assert_eq!(block_on(with_deadline(left, call(&began))).unwrap_err().name(), "deadline");
    assert!(start.elapsed() >= left);
    for late in [1, 10, 30] {
        let over = with_deadline(Duration::from_millis(1), async {
            thread::sleep(Duration::from_millis(late));
            call(&began).await
        });
        assert_eq!(block_on(over).unwrap_err().name(), "deadline");
    }
    assert_eq!(began.load(Ordering::Relaxed), 1);
}

#[test]
fn a_body_that_is_woken_by_others_ends_in_time() {
    #[timeout(1h)]
    async fn call(slot: tokio::sync::oneshot::Receiver<u32>) -> Result<u32, Error> {
        Ok(slot.await.unwrap())
    }

    multi_thread().block_on(async {
        for number in 0..1_000 {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            let call = tokio::spawn(call(receiver));
            tokio::task::yield_now().await;
            sender.send(number).unwrap();
            assert_eq!(call.await.unwrap().unwrap(), number);
        }
    });
}

#[test]
fn each_of_many_calls_on_many_threads_meets_its_own_limit() {
    static OVER: AtomicUsize = AtomicUsize::new(0);

    multi_thread().block_on(async {
        let calls = (0..4_000_u64).map(|number| {
            tokio::spawn(async move {
                let limit = Duration::from_millis(number % 50);
                let start = Instant::now();
                // Every second call ends before its timeout.
                let body = async {
                    match number % 2 {
                        0 => pending().await,
                        _ => tokio::task::yield_now().await,
                    }
                };
                let outcome = TimeoutPolicy::new(limit.max(Duration::from_micros(1))).run_infallible(body).await;
                if number % 2 == 0 {
                    assert!(outcome.unwrap_err().is_timed_out() && start.elapsed() >= limit);
                    OVER.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap();
        }
    });
    assert_eq!(OVER.load(Ordering::Relaxed), 2_000);
}

#[test]
fn a_limit_is_met_by_whoever_polls_last() {
    let call = TimeoutPolicy::new(Duration::from_millis(30)).run_infallible(pending::<()>());
    let mut call = Box::pin(call);
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let outcome = thread::spawn(move || block_on(call)).join().unwrap();
    assert!(outcome.unwrap_err().is_timed_out());
}

#[test]
fn a_waker_that_panics_keeps_nobody_from_being_woken() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("woken");
        }
    }

    let limit = TimeoutPolicy::new(Duration::from_millis(5));
    let mut call = pin!(limit.run_infallible(pending::<()>()));
    let waker = Waker::from(Arc::new(Panics));
    assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert!(block_on(limit.run_infallible(pending::<()>())).unwrap_err().is_timed_out());
    assert!(block_on(limit.run_infallible(pending::<()>())).unwrap_err().is_timed_out());
}
