//! Shutdowns with work that runs, waits, and panics.

use super::threads::end_of_thread;
use super::*;
use crate::core::drained::Drained;

fn finished(outcome: &Drained) -> (usize, usize) {
    (outcome.finished, outcome.left)
}

#[test]
fn what_runs_and_what_waits_ends_and_nothing_more_is_admitted() {
    let bulkhead = of(1, 2);
    let held = Held::all_of(&bulkhead);
    runtime().block_on(async {
        let mut waits = pin!(bulkhead.run(|| Ok(7)));
        let mut panics = pin!(bulkhead.run(|| -> Result<(), Infallible> { panic!("on purpose") }));
        assert!(poll_once(waits.as_mut()).is_pending() && poll_once(panics.as_mut()).is_pending());

        assert_eq!(finished(&bulkhead.shutdown(Duration::ZERO)), (0, 3));
        let refused = bulkhead.call(|| Ok::<_, Infallible>(()));
        assert_eq!(refused, Err(Failure::Refused(Error::BulkheadFull { name: bulkhead.name(), limit: 0 })));
        assert!(is_refused(&bulkhead.run(|| Ok(())).await));
        assert_eq!(bulkhead.available_capacity(), 0);

        let ending = thread::spawn({
            let bulkhead = Arc::clone(&bulkhead);
            move || bulkhead.shutdown(HOUR)
        });
        held.release();
        assert_eq!(ending.join().expect("it does not panic").left, 0);
        assert_eq!(waits.await, Ok::<_, Failure<Infallible>>(7));
        assert!(catch_unwind(AssertUnwindSafe(|| poll_once(panics))).is_err(), "the panic is the caller's");
    });
    let ThreadStats { submitted, finished, panicked, rejected, .. } = bulkhead.stats();
    assert_eq!((submitted, finished, panicked, rejected), (5, 2, 1, 2));
}

#[test]
fn what_ends_during_the_wait_is_counted_and_what_does_not_is_left() {
    let bulkhead = of(1, 10);
    let held = Held::all_of(&bulkhead);
    let runtime = runtime();
    runtime.block_on(async {
        let mut waiting: Vec<_> = (0..5).map(|_| Box::pin(bulkhead.run(|| Ok::<_, Infallible>(())))).collect();
        for call in &mut waiting {
            assert!(poll_once(call.as_mut()).is_pending());
        }
        drop(waiting.pop());
        let mut ending = pin!(bulkhead.shutdown_async(HOUR));
        assert!(poll_once(ending.as_mut()).is_pending());
        drop(waiting.pop());
        held.release();
        assert_eq!(finished(&ending.await), (4, 0), "those that left are neither");
    });
}

#[tokio::test(start_paused = true)]
async fn an_async_shutdown_waits_as_long_as_it_may() {
    let bulkhead = of(2, 0);
    let held = Held::all_of(&bulkhead);
    let start = tokio::time::Instant::now();
    assert_eq!(finished(&bulkhead.shutdown_async(HOUR).await), (0, 2));
    assert!(start.elapsed() >= HOUR);
    held.release();
    assert_eq!(bulkhead.shutdown_async(HOUR).await.left, 0);
}

#[test]
fn a_shutdown_on_a_thread_of_the_bulkhead_does_not_wait_for_itself() {
    let bulkhead = of(1, 0);
    let inner = Arc::clone(&bulkhead);
    let body = move || {
        let left = inner.shutdown(HOUR).left;
        // In place, on the thread that it has.
        let still = inner.call(|| Ok::<_, Infallible>(7));
        Ok::<_, Infallible>((left, still.ok()))
    };
    assert_eq!(bulkhead.call(body), Ok((1, Some(7))));
    assert!(is_refused(&bulkhead.call(|| Ok(()))));
}

#[test]
fn a_shutdown_without_work_ends_the_threads() {
    let bulkhead = ThreadBulkhead::new("test", ThreadBulkheadPolicy::new(1).keep_alive(HOUR));
    let ended = end_of_thread(&bulkhead);
    assert_eq!(finished(&bulkhead.shutdown(HOUR)), (0, 0));
    assert_eq!(ended.recv(), Ok(()));
}

#[test]
fn several_shutdowns_wait_at_the_same_time() {
    let bulkhead = of(2, 0);
    let held = Held::all_of(&bulkhead);
    let endings: Vec<_> = (0..3)
        .map(|_| {
            let bulkhead = Arc::clone(&bulkhead);
            thread::spawn(move || bulkhead.shutdown(HOUR))
        })
        .collect();
    held.release();
    assert!(endings.into_iter().all(|ending| ending.join().expect("it does not panic").left == 0));
}
