//! Sync and async functions share the slots and the queue of a bulkhead.

use super::*;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

const AGES: Duration = secs(60);

/// Waits until another thread has reached a state.
fn until(what: &str, there: impl Fn() -> bool) {
    let start = std::time::Instant::now();
    while !there() {
        assert!(start.elapsed() < AGES, "{what}");
        thread::yield_now();
    }
}

#[tokio::test]
async fn they_share_one_limit() {
    #[bulkhead(name = "shared: limit", max_concurrent = 2)]
    async fn awaits(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    #[bulkhead(name = "shared: limit")]
    fn blocks(inside: impl FnOnce()) -> Outcome {
        inside();
        Ok(())
    }

    let first = InFlight::begin(awaits).await;
    assert_eq!(blocks(|| assert_eq!(shared_bulkhead("shared: limit").available(), 0)), Ok(()));
    let second = InFlight::begin(awaits).await;
    assert!(is_refused(&blocks(|| panic!("the body must not run"))));
    drop((first, second));

    let refused_within = |within: &dyn Fn() -> Outcome| is_refused(&within());
    let nested = || blocks(|| assert!(refused_within(&|| blocks(|| panic!("the body must not run")))));
    assert_eq!(blocks(|| assert_eq!(nested(), Ok(()))), Ok(()));
}

#[tokio::test]
async fn they_wait_in_one_queue() {
    #[bulkhead(name = "shared: queue", max_concurrent = 1, max_wait = 60s)]
    async fn awaits(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    #[bulkhead(name = "shared: queue")]
    fn blocks(release: &Receiver<()>) -> Outcome {
        release.recv().expect("the test releases it");
        Ok(())
    }

    let inside = InFlight::begin(awaits).await;
    let (release, released) = channel();
    let blocked = thread::spawn(move || blocks(&released));
    until("the thread waits", || shared_bulkhead("shared: queue").waiting() == 1);
    let last = InFlight::begin(awaits).await;
    assert_eq!(inside.end(Ok(())).await, Ok(()));
    until("the thread is inside", || shared_bulkhead("shared: queue").waiting() == 1);
    assert_eq!(shared_bulkhead("shared: queue").in_flight(), 1);
    release.send(()).expect("the body waits");
    assert_eq!(last.end(Ok(())).await, Ok(()));
    assert_eq!(blocked.join().expect("it does not panic"), Ok(()));
}

#[test]
fn a_sync_call_blocks_until_a_slot_is_free() {
    #[bulkhead(name = "shared: blocks", max_concurrent = 1, max_wait = 60s)]
    fn call(release: &Receiver<()>) -> Outcome {
        release.recv().expect("the test releases it");
        Ok(())
    }

    let (release_first, first) = channel();
    let (release_second, second) = channel();
    thread::scope(|scope| {
        let first = scope.spawn(move || call(&first));
        until("the first is inside", || {
            registry().bulkhead("shared: blocks").is_some_and(|bulkhead| bulkhead.in_flight() == 1)
        });
        let second = scope.spawn(move || call(&second));
        until("the second waits", || shared_bulkhead("shared: blocks").waiting() == 1);
        release_first.send(()).expect("the body waits");
        assert_eq!(first.join().expect("it does not panic"), Ok(()));
        release_second.send(()).expect("the body waits, or will");
        assert_eq!(second.join().expect("it does not panic"), Ok(()));
    });
    assert_eq!(shared_bulkhead("shared: blocks").stats().accepted_calls, 2);
}

#[test]
fn a_sync_call_that_finds_no_slot_in_time_is_refused() {
    #[bulkhead(name = "shared: too long", max_concurrent = 1, max_wait = 10ms)]
    fn call() -> Outcome {
        Ok(())
    }

    assert_eq!(call(), Ok(()));
    let slot = shared_bulkhead("shared: too long").try_acquire().expect("free");
    let start = std::time::Instant::now();
    assert!(is_refused(&call()));
    assert!(start.elapsed() >= Duration::from_millis(10), "{:?}", start.elapsed());
    assert_eq!(shared_bulkhead("shared: too long").waiting(), 0);
    drop(slot);
    assert_eq!(call(), Ok(()));
}

#[test]
fn never_more_than_the_limit_run_at_a_time() {
    use std::sync::atomic::{AtomicU32, Ordering};

    static RUNNING: AtomicU32 = AtomicU32::new(0);

    #[bulkhead(name = "shared: never more", max_concurrent = 2, max_wait = 60s)]
    fn call() -> Outcome {
        let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
        assert!(running <= 2, "{running} at a time");
        thread::yield_now();
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        Ok(())
    }

    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..200 {
                    assert_eq!(call(), Ok(()));
                }
            });
        }
    });
    assert_eq!(shared_bulkhead("shared: never more").stats().accepted_calls, 8 * 200);
}
