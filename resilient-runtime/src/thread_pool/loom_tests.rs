//! Models of a pool: the threads, the callers, and the queue.

use std::io;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::core::loom_model::model;
use crate::thread_pool::pool::{ProcessId, Shared};
use crate::thread_pool::{Pool, PoolBounds, PoolSettings, Waited};

fn spawn(pool: std::sync::Arc<Shared>, process: ProcessId) -> io::Result<()> {
    drop(thread::spawn(move || pool.work(process)));
    Ok(())
}

/// A pool with one thread, for which so many wait. Its threads end when it is dropped.
fn of_one(max_queue: usize) -> Pool {
    Pool::with_spawn(PoolSettings { name: "model", bounds: bounds(1, max_queue) }, spawn)
}

fn bounds(threads: usize, max_queue: usize) -> PoolBounds {
    PoolBounds { threads, max_queue, keep_alive: Duration::MAX }
}

fn value<T>(waited: Waited<T>) -> Option<T> {
    match waited {
        Waited::Ended(result) => result.ok(),
        Waited::Runs | Waited::NotBegun => None,
    }
}

#[test]
fn a_place_is_free_when_the_result_is_there() {
    model(|| {
        let pool = of_one(0);
        for call in 0..2 {
            let submitted = pool.submit(move || call).expect("the place is free");
            assert_eq!(value(submitted.wait_until(None, None)), Some(call));
        }
    });
}

#[test]
fn two_callers_of_one_thread_are_both_served() {
    model(|| {
        let pool = Arc::new(of_one(1));
        let other = Arc::clone(&pool);
        let caller = thread::spawn(move || value(other.submit(|| 1).expect("one may wait").wait_until(None, None)));
        assert_eq!(value(pool.submit(|| 2).expect("one may wait").wait_until(None, None)), Some(2));
        assert_eq!(caller.join().unwrap(), Some(1));
    });
}

#[test]
fn who_waits_runs_on_a_thread_that_is_added() {
    model(|| {
        let pool = Arc::new(of_one(1));
        let other = Arc::clone(&pool);
        let adds = thread::spawn(move || other.change(bounds(2, 1)));
        let first = pool.submit(|| 1).expect("the place is free");
        // It waits for the first, or for the second thread.
        let second = pool.submit(|| 2).expect("one may wait");
        assert_eq!(value(second.wait_until(None, None)), Some(2));
        assert_eq!(value(first.wait_until(None, None)), Some(1));
        adds.join().unwrap();
        assert_eq!(pool.close().queued, 0);
    });
}

#[test]
fn a_job_that_is_withdrawn_leaves_the_place_to_the_next() {
    model(|| {
        let pool = Arc::new(of_one(2));
        let runs = Arc::new(AtomicUsize::new(0));
        let (other, ran) = (Arc::clone(&pool), Arc::clone(&runs));
        let leaves = thread::spawn(move || {
            let job = move || ran.fetch_add(1, Ordering::SeqCst);
            matches!(other.submit(job).map(|mut submitted| submitted.leave()), Some(Waited::NotBegun))
        });
        assert_eq!(value(pool.submit(|| 7).expect("there is room").wait_until(None, None)), Some(7));
        let was_withdrawn = leaves.join().unwrap();
        let load = pool.close();
        assert!(!was_withdrawn || runs.load(Ordering::SeqCst) == 0);
        assert_eq!(load.queued, 0);
    });
}

#[test]
fn who_waits_for_the_end_is_woken_or_sees_it() {
    model(|| {
        let pool = of_one(0);
        let submitted = pool.submit(|| 7).expect("the place is free");
        pool.close();
        assert!(pool.submit(|| 7).is_none(), "it is closed");
        let (was_woken, waker) = woken();
        let polled = pool.poll_drained(&Context::from_waker(&waker));
        assert_eq!(value(submitted.wait_until(None, None)), Some(7));
        while polled.is_pending() && was_woken.load(Ordering::SeqCst) == 0 {
            thread::yield_now();
        }
        assert_eq!(pool.poll_drained(&Context::from_waker(Waker::noop())), Poll::Ready(()));
    });
}

fn woken() -> (Arc<AtomicUsize>, Waker) {
    struct Counts(Arc<AtomicUsize>);

    impl std::task::Wake for Counts {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    let count = Arc::new(AtomicUsize::new(0));
    (Arc::clone(&count), Waker::from(std::sync::Arc::new(Counts(count))))
}
