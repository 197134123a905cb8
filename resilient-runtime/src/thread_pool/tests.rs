//! Small pools, in which a few jobs take all places.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::*;
use crate::core::sync::KEPT_TASKS;
use crate::thread_pool::pool::Shared;
use crate::thread_pool::task::Job;

/// A deadline that no working machine reaches.
fn ages() -> Instant {
    Instant::now() + Duration::from_secs(300)
}

/// A deadline at which a job has begun if a thread is free.
fn soon() -> Instant {
    Instant::now() + Duration::from_millis(5)
}

/// A job that runs until its sender is dropped, and whose caller has left.
fn hang(pool: &'static Pool) -> Sender<()> {
    loop {
        let (release, released) = channel::<()>();
        let (begun, has_begun) = channel();
        let job = move || {
            let _ = begun.send(());
            let _ = released.recv();
        };
        assert!(pool.run_until(soon(), job).is_none());
        // On a busy machine it is tried again.
        if has_begun.try_recv().is_ok() {
            return release;
        }
    }
}

fn settings(threads: usize) -> PoolSettings {
    settings_with_queue(threads, usize::MAX)
}

fn settings_with_queue(threads: usize, max_queue: usize) -> PoolSettings {
    PoolSettings { name: "test", bounds: PoolBounds { threads, max_queue, keep_alive: Duration::from_secs(10) } }
}

fn leaked(pool: Pool) -> &'static Pool {
    Box::leak(Box::new(pool))
}

fn pool_of(threads: usize) -> &'static Pool {
    leaked(Pool::new(settings(threads)))
}

fn nobody_waits(pool: &'static Pool) -> bool {
    pool.counts() == (0, 0)
}

#[test]
fn jobs_of_callers_that_have_left_leave_nothing_behind() {
    let pool = pool_of(1);

    let release = hang(pool);
    let held = Arc::new(());
    for _ in 0..2000 {
        let holds = Arc::clone(&held);
        assert!(pool.run_until(Instant::now(), move || drop(holds)).is_none());
        assert!(nobody_waits(pool));
    }
    assert_eq!(Arc::strong_count(&held), 1, "what they hold is dropped");

    let callers: Vec<_> = (0..64).map(|_| thread::spawn(|| pool.run_until(soon(), || ()))).collect();
    assert!(callers.into_iter().all(|caller| caller.join().expect("it does not panic").is_none()));
    assert!(nobody_waits(pool));

    drop(release);
    assert_eq!(pool.run_until(ages(), || 7), Some(7));
}

#[test]
fn tasks_are_kept_for_reuse_but_not_without_bound() {
    fn job() {}

    let pool = pool_of(1);

    let make = |_| spare::take_or_make::<(), fn()>(Job::new(job));
    let tasks: Vec<_> = (0..2 * KEPT_TASKS).map(make).collect();
    tasks.into_iter().for_each(spare::keep);
    assert_eq!(spare::kept::<fn(), ()>(), KEPT_TASKS);
    assert_eq!(pool.run_until(ages(), job as fn()), Some(()));
    assert_eq!(spare::kept::<fn(), ()>(), KEPT_TASKS, "one was taken and given back");
}

/// Panics when it is dropped, with a payload that panics again.
struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        if !thread::panicking() {
            panic_any(Self);
        }
    }
}

#[test]
fn a_panic_while_an_unseen_result_is_dropped_takes_neither_the_thread_nor_the_place() {
    let pool = pool_of(2);

    for _ in 0..10 {
        for panics in [false, true] {
            let (release, released) = channel::<()>();
            let job = move || {
                let _ = released.recv();
                if panics {
                    panic_any(PanicsWhenDropped)
                }
                PanicsWhenDropped
            };
            assert!(pool.run_until(soon(), job).is_none());
            drop(release);
        }
    }
    assert_eq!(pool.run_until(ages(), || pool.run_until(ages(), || 7)), Some(Some(7)));
    assert!(nobody_waits(pool));
}

/// Uses the pool when it is dropped, then panics if `panics` is set.
struct UsesThePool(&'static Pool, bool);

impl Drop for UsesThePool {
    fn drop(&mut self) {
        assert!(self.0.run_until(Instant::now(), || ()).is_none());
        assert!(!self.1, "on purpose");
    }
}

#[test]
fn what_a_job_that_never_began_holds_is_dropped_without_a_lock() {
    let pool = pool_of(1);

    let release = hang(pool);
    for panics in [false, true] {
        let holds = UsesThePool(pool, panics);
        let call = move || pool.run_until(Instant::now(), move || drop(holds));
        let outcome = catch_unwind(AssertUnwindSafe(call));
        assert_eq!(outcome.is_err(), panics, "a panic is that of the caller, whose values they are");
        assert!(nobody_waits(pool));
    }
    drop(release);
    assert_eq!(pool.run_until(ages(), || 7), Some(7));
}

#[test]
fn an_inner_job_runs_though_its_outer_one_has_the_last_place() {
    fn nested(pool: &'static Pool, depth: u32) -> u32 {
        if depth == 0 {
            return 1;
        }
        pool.run_until(ages(), move || 1 + nested(pool, depth - 1)).expect("it begins at once")
    }

    let pool = pool_of(1);
    // Other jobs wait for the place all the time, and never get it in between.
    let others: Vec<_> = (0..4).map(|_| thread::spawn(|| (0..20).all(|_| nested(pool, 5) == 6))).collect();
    assert!((0..20).all(|_| nested(pool, 5) == 6));
    assert!(others.into_iter().all(|other| other.join().expect("it does not panic")));
    assert!(nobody_waits(pool));
}

#[test]
fn an_inner_job_of_another_pool_may_come_back_to_the_first_one() {
    let (pool, other) = (pool_of(1), pool_of(1));

    let there_and_back = move || {
        let there =
            move || other.run_until(ages(), move || pool.run_until(ages(), move || other.run_until(ages(), || 7)));
        pool.run_until(ages(), there).flatten().flatten().flatten()
    };
    let others: Vec<_> = (0..4).map(|_| thread::spawn(there_and_back)).collect();
    assert!((0..20).all(|_| there_and_back() == Some(7)));
    assert!(others.into_iter().all(|other| other.join().expect("it does not panic") == Some(7)));
    assert!(nobody_waits(pool) && nobody_waits(other));
}

#[test]
fn a_place_is_free_before_the_caller_has_the_result() {
    let pool = leaked(Pool::new(settings_with_queue(1, 0)));

    for call in 0..2000 {
        assert_eq!(pool.run_until(ages(), move || call), Some(call), "there is no queue");
    }
}

#[test]
fn a_job_that_finds_no_room_is_dropped() {
    let pool = leaked(Pool::new(settings_with_queue(1, 1)));

    let release = hang(pool);
    let waits = pool.submit(|| ());
    let held = Arc::new(());
    let holds = Arc::clone(&held);
    assert!(pool.submit(move || drop(holds)).is_none());
    assert_eq!(Arc::strong_count(&held), 1);
    drop(waits);
    assert!(nobody_waits(pool));
    drop(release);
    assert_eq!(pool.run_until(ages(), || 7), Some(7));
}

#[test]
fn the_next_attempt_of_a_body_that_is_late_gets_the_lent_place_when_that_has_ended() {
    let pool = pool_of(1);

    let outer = || {
        let (release, released) = channel::<()>();
        let first = pool.run_until(soon(), move || released.recv().is_err());
        let second = thread::scope(|scope| {
            scope.spawn(move || drop(release));
            pool.run_until(ages(), || 7)
        });
        (first, second)
    };
    assert_eq!(pool.run_until(ages(), outer), Some((None, Some(7))));
}

static REFUSES: AtomicBool = AtomicBool::new(true);
static REFUSED: AtomicUsize = AtomicUsize::new(0);

/// A system that gives no thread while `REFUSES` is set.
fn start_sometimes(pool: Arc<Shared>, process: u32) -> io::Result<()> {
    if REFUSES.load(Ordering::SeqCst) {
        REFUSED.fetch_add(1, Ordering::SeqCst);
        return Err(io::Error::other("no thread"));
    }
    spawn::spawn_thread(pool, process)
}

#[test]
fn where_the_system_gives_no_thread_a_job_waits_for_one_or_for_its_deadline() {
    let pool = leaked(Pool::with_spawn(settings(1), start_sometimes));

    // More than there are places: callers that leave free what they used.
    for _ in 0..3 {
        assert!(pool.run_until(Instant::now(), || ()).is_none());
        assert!(nobody_waits(pool));
    }
    let waits = thread::spawn(|| pool.run_until(ages(), || 7));
    let waits_for_a_place = thread::spawn(|| pool.run_until(ages(), || 8));
    while REFUSED.load(Ordering::SeqCst) < 8 {
        thread::yield_now();
    }
    REFUSES.store(false, Ordering::SeqCst);
    // There is no other call: the waiting ones try by themselves to start a thread.
    assert_eq!(waits.join().expect("it does not panic"), Some(7));
    assert_eq!(waits_for_a_place.join().expect("it does not panic"), Some(8));
}

#[test]
fn a_forked_process_starts_with_no_threads_and_without_the_jobs_of_its_parent() {
    let pool = pool_of(1);

    let (release, released): (Sender<()>, Receiver<()>) = channel();
    // The memory of a forked child whose parent has one job that hangs, and one that waits for its place.
    pool.pretend_to_be_forked([Box::new(|| ()), Box::new(move || assert!(released.recv().is_err()))]);
    assert_eq!(pool.run_until(ages(), || pool.run_until(ages(), || 7)), Some(Some(7)));
    assert!(release.send(()).is_ok(), "what the parent's jobs hold is not dropped");
    assert!(nobody_waits(pool));
}

#[test]
fn a_thread_of_another_process_ends() {
    let pool = pool_of(1);

    assert_eq!(pool.run_until(ages(), || 7), Some(7));
    // It returns from its job in a child: it neither counts there nor takes a job.
    pool.work(std::process::id().wrapping_add(1));
    assert_eq!(pool.run_until(ages(), || 7), Some(7));
}
