//! Small pools, in which a few jobs take all places.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use super::*;
use crate::timeout::thread_pool::pool::PLACES;

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

fn nobody_waits(pool: &'static Pool) -> bool {
    pool.counts() == (0, 0)
}

#[test]
fn jobs_of_callers_that_have_left_leave_nothing_behind() {
    static POOL: Pool = Pool::new(1, pool::spawn_thread);

    let release = hang(&POOL);
    let held = Arc::new(());
    for _ in 0..2000 {
        let holds = Arc::clone(&held);
        assert!(POOL.run_until(Instant::now(), move || drop(holds)).is_none());
        assert!(nobody_waits(&POOL));
    }
    assert_eq!(Arc::strong_count(&held), 1, "what they hold is dropped");

    let callers: Vec<_> = (0..64).map(|_| thread::spawn(|| POOL.run_until(soon(), || ()))).collect();
    assert!(callers.into_iter().all(|caller| caller.join().expect("it does not panic").is_none()));
    assert!(nobody_waits(&POOL));

    drop(release);
    assert_eq!(POOL.run_until(ages(), || 7), Some(7));
}

#[test]
fn tasks_are_kept_for_reuse_but_not_without_bound() {
    static POOL: Pool = Pool::new(1, pool::spawn_thread);

    fn job() {}

    let make = |_| spare::take_or_make::<(), fn()>(Job::new(job));
    let tasks: Vec<_> = (0..2 * PLACES).map(make).collect();
    tasks.into_iter().for_each(spare::keep);
    assert_eq!(spare::kept::<fn(), ()>(), PLACES);
    assert_eq!(POOL.run_until(ages(), job as fn()), Some(()));
    assert_eq!(spare::kept::<fn(), ()>(), PLACES, "one was taken and given back");
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
    static POOL: Pool = Pool::new(2, pool::spawn_thread);

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
            assert!(POOL.run_until(soon(), job).is_none());
            drop(release);
        }
    }
    assert_eq!(POOL.run_until(ages(), || POOL.run_until(ages(), || 7)), Some(Some(7)));
    assert!(nobody_waits(&POOL));
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
    static POOL: Pool = Pool::new(1, pool::spawn_thread);

    let release = hang(&POOL);
    for panics in [false, true] {
        let holds = UsesThePool(&POOL, panics);
        let call = move || POOL.run_until(Instant::now(), move || drop(holds));
        let outcome = catch_unwind(AssertUnwindSafe(call));
        assert_eq!(outcome.is_err(), panics, "a panic is that of the caller, whose values they are");
        assert!(nobody_waits(&POOL));
    }
    drop(release);
    assert_eq!(POOL.run_until(ages(), || 7), Some(7));
}

#[test]
fn an_inner_job_runs_though_its_outer_one_has_the_last_place() {
    static POOL: Pool = Pool::new(1, pool::spawn_thread);

    fn nested(depth: u32) -> u32 {
        if depth == 0 { 1 } else { POOL.run_until(ages(), move || 1 + nested(depth - 1)).expect("it begins at once") }
    }

    // Other jobs wait for the place all the time, and never get it in between.
    let others: Vec<_> = (0..4).map(|_| thread::spawn(|| (0..20).all(|_| nested(5) == 6))).collect();
    assert!((0..20).all(|_| nested(5) == 6));
    assert!(others.into_iter().all(|other| other.join().expect("it does not panic")));
    assert!(nobody_waits(&POOL));
}

#[test]
fn the_next_attempt_of_a_body_that_is_late_gets_the_lent_place_when_that_has_ended() {
    static POOL: Pool = Pool::new(1, pool::spawn_thread);

    let outer = || {
        let (release, released) = channel::<()>();
        let first = POOL.run_until(soon(), move || released.recv().is_err());
        let second = thread::scope(|scope| {
            scope.spawn(move || drop(release));
            POOL.run_until(ages(), || 7)
        });
        (first, second)
    };
    assert_eq!(POOL.run_until(ages(), outer), Some((None, Some(7))));
}

static REFUSES: AtomicBool = AtomicBool::new(true);
static REFUSED: AtomicUsize = AtomicUsize::new(0);

/// A system that gives no thread while `REFUSES` is set.
fn start_sometimes(pool: &'static Pool, process: u32) -> io::Result<()> {
    if REFUSES.load(Ordering::SeqCst) {
        REFUSED.fetch_add(1, Ordering::SeqCst);
        return Err(io::Error::other("no thread"));
    }
    pool::spawn_thread(pool, process)
}

#[test]
fn where_the_system_gives_no_thread_a_job_waits_for_one_or_for_its_deadline() {
    static POOL: Pool = Pool::new(1, start_sometimes);

    // More than there are places: callers that leave free what they used.
    for _ in 0..3 {
        assert!(POOL.run_until(Instant::now(), || ()).is_none());
        assert!(nobody_waits(&POOL));
    }
    let waits = thread::spawn(|| POOL.run_until(ages(), || 7));
    let waits_for_a_place = thread::spawn(|| POOL.run_until(ages(), || 8));
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
    static POOL: Pool = Pool::new(1, pool::spawn_thread);

    let (release, released): (Sender<()>, Receiver<()>) = channel();
    // The memory of a forked child whose parent has one job that hangs, and one that waits for its place.
    POOL.pretend_to_be_forked([Box::new(|| ()), Box::new(move || assert!(released.recv().is_err()))]);
    assert_eq!(POOL.run_until(ages(), || POOL.run_until(ages(), || 7)), Some(Some(7)));
    assert!(release.send(()).is_ok(), "what the parent's jobs hold is not dropped");
    assert!(nobody_waits(&POOL));
}

#[test]
fn a_thread_of_another_process_ends() {
    static POOL: Pool = Pool::new(1, pool::spawn_thread);

    assert_eq!(POOL.run_until(ages(), || 7), Some(7));
    // It returns from its job in a child: it neither counts there nor takes a job.
    POOL.work(std::process::id().wrapping_add(1));
    assert_eq!(POOL.run_until(ages(), || 7), Some(7));
}
