//! Models of the semaphore, one property each. In models there are two lines, lines are opened at a limit of two, every
//! free slot finds room on a line, and a word counts seven takes at most, of which four are many.

mod in_the_pool;
mod on_lines;
mod while_the_limit_changes;

use std::pin::Pin;
use std::task::{Poll, Waker};

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread::{self, JoinHandle};

use super::local_line::pretend;
use super::*;
use crate::core::loom_model::model;

/// Runs on this line.
fn spawn_on<R: 'static>(
    line: usize,
    semaphore: &Arc<Semaphore>,
    act: impl FnOnce(&Semaphore) -> R + 'static,
) -> JoinHandle<R> {
    let semaphore = Arc::clone(semaphore);
    thread::spawn(move || {
        pretend(line);
        act(&semaphore)
    })
}

/// Runs on the line that the model's first thread is not on.
fn spawn<R: 'static>(semaphore: &Arc<Semaphore>, act: impl FnOnce(&Semaphore) -> R + 'static) -> JoinHandle<R> {
    spawn_on(1, semaphore, act)
}

/// A semaphore without lines, all of whose slots are taken.
fn taken_semaphore(limit: u32) -> Arc<Semaphore> {
    let semaphore = Arc::new(Semaphore::new(limit, 1));
    (0..limit).for_each(|_| assert!(try_take(&semaphore)));
    semaphore
}

/// A semaphore with open lines, on the first of which a slot is free.
fn with_lines(limit: u32) -> Arc<Semaphore> {
    pretend(0);
    let semaphore = Arc::new(Semaphore::new(limit, 2));
    let origin = semaphore.try_take().unwrap();
    semaphore.release_to(origin);
    semaphore
}

/// A semaphore with lines, all of whose slots are taken, so that the lines are closed.
fn with_closed_lines(limit: u32) -> Arc<Semaphore> {
    let semaphore = with_lines(limit);
    (0..limit).for_each(|_| assert!(try_take(&semaphore)));
    assert!(!try_take(&semaphore));
    semaphore
}

fn try_take(semaphore: &Semaphore) -> bool {
    semaphore.try_take().is_some()
}

/// Takes a slot, for as long as it takes.
fn take(semaphore: &Semaphore) {
    if try_take(semaphore) {
        return;
    }
    let mut waiting = None;
    loom::future::block_on(std::future::poll_fn(|context| {
        if waiting.is_none() {
            waiting = enter_with(semaphore, context.waker());
            return if waiting.is_some() { Poll::Pending } else { Poll::Ready(()) };
        }
        waiting.as_mut().map_or(Poll::Ready(()), |waiting| Pin::new(waiting).poll(context))
    }));
}

/// `None` if a slot was free.
fn enter_with<'a>(semaphore: &'a Semaphore, waker: &Waker) -> Option<Waiting<'a>> {
    match semaphore.enter(9, waker) {
        EnterOutcome::Taken => None,
        EnterOutcome::Queued(place) => Some(Waiting::new(semaphore, place)),
        EnterOutcome::Full => unreachable!("nine may wait"),
    }
}

fn enter(semaphore: &Semaphore) -> Waiting<'_> {
    enter_with(semaphore, Waker::noop()).expect("no slot is free")
}

/// Gives one slot back, and gives up waiting for another.
fn give_up(semaphore: &Semaphore) {
    match enter_with(semaphore, Waker::noop()) {
        Some(waiting) => drop(waiting),
        None => semaphore.release(),
    }
}

/// A thread on this line that does something in the slot it holds, without a lock, and gives the slot back. Whoever has
/// the slot next, or finds that no call is in flight, looks at the cell, which fails if it does not see what was done.
fn acts_in_its_slot(line: usize, semaphore: &Arc<Semaphore>) -> (JoinHandle<()>, Arc<UnsafeCell<()>>) {
    let done = Arc::new(UnsafeCell::new(()));
    let holder = Arc::clone(&done);
    let thread = spawn_on(line, semaphore, move |semaphore| {
        holder.with_mut(|_| ());
        semaphore.release();
    });
    (thread, done)
}

/// A call on this line holds the only slot that is taken. Who finds that none is in flight sees what it did.
fn who_finds_none_in_flight_sees_what_was_done(semaphore: &Arc<Semaphore>, line: usize) {
    let (other, done) = acts_in_its_slot(line, semaphore);
    let reader = spawn(semaphore, move |semaphore| {
        if semaphore.taken() == 0 {
            done.with(|_| ());
        }
    });
    reader.join().unwrap();
    other.join().unwrap();
    assert_ends(semaphore, 0);
}

fn assert_ends(semaphore: &Semaphore, taken: u64) {
    semaphore.assert_invariants();
    assert_eq!((semaphore.taken(), semaphore.waiting()), (taken, 0));
}
