//! Models of the semaphore: its slots, and the callers that wait for one.

use loom::sync::Arc;
use loom::thread;

use crate::bulkhead::semaphore::{EnterOutcome, Semaphore};
use crate::core::loom_model::model;

/// A semaphore of one slot, which is taken.
fn taken_semaphore() -> Arc<Semaphore> {
    let semaphore = Arc::new(Semaphore::new(1));
    assert!(semaphore.try_take());
    semaphore
}

/// Takes a slot, for as long as it takes.
fn take(semaphore: &Semaphore) {
    match semaphore.enter(9) {
        EnterOutcome::Taken => {}
        EnterOutcome::Waiting(waiting) => loom::future::block_on(waiting),
        EnterOutcome::Full => unreachable!("nine may wait"),
    }
}

#[test]
fn a_semaphore_never_gives_more_slots_than_it_has() {
    model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let inside = Arc::new(loom::sync::atomic::AtomicUsize::new(0));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (semaphore, inside) = (Arc::clone(&semaphore), Arc::clone(&inside));
                thread::spawn(move || {
                    if semaphore.try_take() {
                        assert_eq!(inside.fetch_add(1, loom::sync::atomic::Ordering::Relaxed), 0);
                        inside.fetch_sub(1, loom::sync::atomic::Ordering::Relaxed);
                        semaphore.release();
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(semaphore.taken(), 0);
    });
}

#[test]
fn who_waits_is_woken() {
    model(|| {
        let semaphore = taken_semaphore();
        let waiter = Arc::clone(&semaphore);
        let thread = thread::spawn(move || take(&waiter));
        semaphore.release();
        thread.join().unwrap();
        assert_eq!((semaphore.taken(), semaphore.waiting()), (1, 0));
    });
}

#[test]
fn all_who_wait_are_woken() {
    model(|| {
        let semaphore = taken_semaphore();
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let semaphore = Arc::clone(&semaphore);
                thread::spawn(move || {
                    take(&semaphore);
                    semaphore.release();
                })
            })
            .collect();
        semaphore.release();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!((semaphore.taken(), semaphore.waiting()), (0, 0));
    });
}

#[test]
fn who_gives_up_takes_no_slot_along() {
    model(|| {
        let semaphore = taken_semaphore();
        let waiter = Arc::clone(&semaphore);
        let thread = thread::spawn(move || match waiter.enter(9) {
            EnterOutcome::Taken => waiter.release(),
            EnterOutcome::Waiting(waiting) => drop(waiting),
            EnterOutcome::Full => unreachable!("nine may wait"),
        });
        semaphore.release();
        thread.join().unwrap();
        assert_eq!((semaphore.taken(), semaphore.waiting()), (0, 0));
        assert!(semaphore.try_take());
    });
}

#[test]
fn a_slot_handed_to_one_who_gives_up_goes_to_the_next() {
    model(|| {
        let semaphore = taken_semaphore();
        let EnterOutcome::Waiting(first) = semaphore.enter(9) else { unreachable!("it is taken") };
        let next = Arc::clone(&semaphore);
        let thread = thread::spawn(move || take(&next));
        semaphore.release();
        drop(first);
        thread.join().unwrap();
        assert_eq!((semaphore.taken(), semaphore.waiting()), (1, 0));
    });
}

#[test]
fn who_gives_up_between_two_others_leaves_their_order() {
    model(|| {
        let semaphore = taken_semaphore();
        let mut waiting = (0..3).map(|_| match semaphore.enter(9) {
            EnterOutcome::Waiting(waiting) => waiting,
            EnterOutcome::Taken | EnterOutcome::Full => unreachable!("it is taken, and nine may wait"),
        });
        let (first, middle, last) = (waiting.next().unwrap(), waiting.next().unwrap(), waiting.next().unwrap());
        let other = Arc::clone(&semaphore);
        let thread = thread::spawn(move || {
            other.release();
            other.release();
        });
        drop(middle);
        loom::future::block_on(first);
        loom::future::block_on(last);
        thread.join().unwrap();
        assert_eq!((semaphore.taken(), semaphore.waiting()), (1, 0));
    });
}
