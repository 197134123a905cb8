//! The semaphore on one thread, which pretends to be several.

mod model;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use super::lines::Lines;
use super::local_line::pretend;
use super::pool_word::MOST_SLOTS;
use super::*;

fn is_ready(waiting: &mut Waiting<'_>) -> bool {
    Pin::new(waiting).poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

/// Takes all slots of a semaphore.
fn exhaust(semaphore: &Semaphore) {
    while semaphore.try_take().is_some() {}
}

fn give_back<'a>(semaphore: &'a Semaphore, slots: Vec<Origin<'a>>) {
    for origin in slots {
        semaphore.release_to(origin);
    }
}

fn enter(semaphore: &Semaphore) -> Waiting<'_> {
    match semaphore.enter(usize::MAX, Waker::noop()) {
        EnterOutcome::Queued(place) => Waiting::new(semaphore, place),
        EnterOutcome::Taken | EnterOutcome::Full => unreachable!("no slot is free, and any number may wait"),
    }
}

#[test]
fn threads_take_from_their_own_lines_what_they_gave_back() {
    let semaphore = Semaphore::new(64, 4);
    for thread in 0..4 {
        pretend(thread);
        let origin = semaphore.try_take().unwrap();
        assert_eq!(semaphore.free_on_lines(), thread as u64);
        semaphore.release_to(origin);
        assert_eq!(semaphore.free_on_lines(), thread as u64 + 1);
        let origin = semaphore.try_take().unwrap();
        assert_eq!(semaphore.free_on_lines(), thread as u64);
        semaphore.release_to(origin);
    }
    assert_eq!((semaphore.taken(), semaphore.total_taken()), (0, 8));
}

#[test]
fn a_slot_goes_back_to_the_line_that_it_came_from() {
    let semaphore = Semaphore::new(64, 2);
    pretend(0);
    semaphore.release_to(semaphore.try_take().unwrap());
    let origin = semaphore.try_take().unwrap();
    pretend(1);
    semaphore.release_to(origin);
    let _from_the_pool = semaphore.try_take().unwrap();
    assert_eq!(semaphore.free_on_lines(), 1);
    pretend(0);
    let _from_the_line = semaphore.try_take().unwrap();
    assert_eq!(semaphore.free_on_lines(), 0);
}

#[test]
fn lines_are_for_large_limits_on_several_cores() {
    for (limit, cores, expected) in [(31, 4, false), (32, 4, true), (32, 2, true), (1_000, 1, false)] {
        let semaphore = Semaphore::new(limit, cores);
        pretend(0);
        semaphore.release_to(semaphore.try_take().unwrap());
        assert_eq!((semaphore.has_lines(), semaphore.free_on_lines() > 0), (expected, expected), "{limit}, {cores}");
    }
}

#[test]
fn a_raised_limit_gets_lines_and_a_lowered_one_uses_none() {
    let semaphore = Semaphore::new(8, 4);
    pretend(0);
    assert!(!semaphore.has_lines());
    semaphore.set_limit(64);
    semaphore.release_to(semaphore.try_take().unwrap());
    assert_eq!(semaphore.free_on_lines(), 1);
    semaphore.set_limit(8);
    semaphore.release_to(semaphore.try_take().unwrap());
    assert_eq!((semaphore.free_on_lines(), semaphore.taken()), (0, 0));
}

#[test]
fn lines_are_opened_again_when_a_quarter_of_the_limit_is_free() {
    let semaphore = Semaphore::new(64, 4);
    pretend(0);
    exhaust(&semaphore);
    let origin = semaphore.origin();
    // A refusal has closed the lines. The sixteenth slot is enough, and the next one finds room on a line.
    (0..16).for_each(|_| semaphore.release_to(origin));
    assert_eq!(semaphore.free_on_lines(), 0);
    semaphore.release_to(origin);
    assert_eq!(semaphore.free_on_lines(), 0);
    semaphore.release_to(origin);
    assert_eq!((semaphore.free_on_lines(), semaphore.taken()), (1, 64 - 18));
}

#[test]
fn a_line_is_opened_for_each_core_or_for_four_free_slots() {
    for (limit, cores, expected) in
        [(32, 2, 2), (32, 64, 8), (60, 64, 8), (64, 64, 16), (1_000, 5, 8), (9_999, 999, 128)]
    {
        let semaphore = Semaphore::new(limit, cores);
        assert_eq!(semaphore.lines().map(Lines::opened), Some(expected), "{limit}, {cores}");
    }
}

#[test]
fn half_of_what_is_free_finds_room_on_lines() {
    let semaphore = Semaphore::new(64, 2);
    for thread in 0..2 {
        pretend(thread);
        let slots: Vec<_> = (0..30).map(|_| semaphore.try_take().unwrap()).collect();
        give_back(&semaphore, slots);
    }
    assert_eq!((semaphore.free_on_lines(), semaphore.taken()), (32, 0));
}

#[test]
fn a_lowered_limit_takes_back_what_is_free_on_lines() {
    let semaphore = Semaphore::new(400, 16);
    for thread in 0..16 {
        pretend(thread);
        let slots: Vec<_> = (0..20).map(|_| semaphore.try_take().unwrap()).collect();
        give_back(&semaphore, slots);
    }
    let slots: Vec<_> = (0..50).map(|_| semaphore.try_take().unwrap()).collect();
    semaphore.set_limit(40);
    for thread in 0..16 {
        pretend(thread);
        assert!(semaphore.try_take().is_none());
    }
    assert_eq!(semaphore.taken(), 50);
    slots.into_iter().take(11).for_each(|origin| semaphore.release_to(origin));
    assert!(semaphore.try_take().is_some() && semaphore.try_take().is_none());
}

#[test]
fn takes_are_counted_beyond_what_the_words_have_room_for() {
    for (limit, cores) in [(1, 1), (64, 2)] {
        let semaphore = Semaphore::new(limit, cores);
        pretend(0);
        semaphore.release_to(semaphore.try_take().unwrap());
        let before = semaphore.nearly_overflow();
        for _ in 0..5 {
            semaphore.release_to(semaphore.try_take().unwrap());
        }
        assert_eq!((semaphore.total_taken(), semaphore.taken()), (before + 5, 0), "limit {limit}");
        semaphore.assert_invariants();
        assert!(!semaphore.has_many_takes());
    }
}

#[test]
fn any_limit_is_possible() {
    let semaphore = Semaphore::new(u32::MAX, 4);
    let origin = semaphore.try_take().unwrap();
    assert_eq!((semaphore.limit(), semaphore.taken()), (u32::MAX, 1));
    semaphore.set_limit(1);
    assert!(semaphore.try_take().is_none());
    semaphore.set_limit(MOST_SLOTS);
    assert!(semaphore.try_take().is_some());
    semaphore.release_to(origin);
    semaphore.set_limit(1);
    assert_eq!(semaphore.taken(), 1);
    semaphore.assert_invariants();
}

/// Gives the slot of a semaphore back when its last clone is dropped.
struct Releases(Arc<Semaphore>);

impl Wake for Releases {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Releases {
    fn drop(&mut self) {
        self.0.release();
    }
}

#[test]
fn a_waker_may_give_the_slot_back_when_another_takes_its_place() {
    let semaphore = Arc::new(Semaphore::new(1, 1));
    exhaust(&semaphore);
    let mut waiting = enter(&semaphore);
    let waker = Waker::from(Arc::new(Releases(Arc::clone(&semaphore))));
    assert!(Pin::new(&mut waiting).poll(&mut Context::from_waker(&waker)).is_pending());
    drop(waker);
    is_ready(&mut waiting);
    assert!(is_ready(&mut waiting));
}

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        std::panic::resume_unwind(Box::new("as asked"));
    }
}

/// Remembers that it was woken.
#[derive(Default)]
struct Woken(std::sync::atomic::AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}

#[test]
fn a_call_that_is_polled_again_waits_until_it_has_a_slot() {
    let semaphore = Semaphore::new(1, 1);
    exhaust(&semaphore);
    let mut waiting = enter(&semaphore);
    let waker = Waker::from(Arc::new(Woken::default()));
    let mut poll = || Pin::new(&mut waiting).poll(&mut Context::from_waker(&waker));
    assert!(poll().is_pending() && poll().is_pending(), "by the same waker");
    semaphore.release();
    assert!(poll().is_ready());
}

#[test]
fn a_raise_wakes_all_that_get_a_slot_even_if_a_waker_panics() {
    let semaphore = Semaphore::new(1, 1);
    exhaust(&semaphore);
    let mut calls = [enter(&semaphore), enter(&semaphore), enter(&semaphore)];
    let woken: [Arc<Woken>; 2] = Default::default();
    let wakers = [Waker::from(Arc::new(Panics)), Waker::from(woken[0].clone()), Waker::from(woken[1].clone())];
    for (call, waker) in calls.iter_mut().zip(&wakers) {
        assert_eq!(Pin::new(call).poll(&mut Context::from_waker(waker)), Poll::Pending);
    }
    let raise = std::panic::AssertUnwindSafe(|| semaphore.set_limit(3));
    assert!(std::panic::catch_unwind(raise).is_err());
    assert_eq!(woken.map(|woken| woken.0.load(std::sync::atomic::Ordering::Relaxed)), [true, false]);
    assert_eq!(calls.each_mut().map(is_ready), [true, true, false]);
    semaphore.assert_invariants();
}

/// How many nodes of the queue are touched for each waiting call, while all give up.
fn steps_to_give_up(order: impl FnOnce(&mut Vec<Waiting<'_>>)) -> u64 {
    const CROWD: usize = 40_000;
    let semaphore = Semaphore::new(1, 1);
    exhaust(&semaphore);
    let mut crowd: Vec<_> = (0..CROWD).map(|_| enter(&semaphore)).collect();
    order(&mut crowd);
    let before = semaphore.queue().steps();
    crowd.into_iter().for_each(drop);
    assert_eq!(semaphore.waiting(), 0);
    (semaphore.queue().steps() - before) / CROWD as u64
}

#[test]
fn giving_up_costs_the_same_wherever_in_the_queue() {
    const ENOUGH: u64 = 4;
    assert!(steps_to_give_up(|_| {}) <= ENOUGH, "first first");
    assert!(steps_to_give_up(|crowd| crowd.reverse()) <= ENOUGH, "last first");
    let at_random = |crowd: &mut Vec<Waiting<'_>>| {
        let mut random = 1_u64;
        for last in (1..crowd.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let other = usize::try_from(random >> 33).expect("31 bits") % (last + 1);
            crowd.swap(last, other);
        }
    };
    assert!(steps_to_give_up(at_random) <= ENOUGH, "at random");
}

#[test]
fn the_memory_of_a_long_queue_is_given_back() {
    let semaphore = Semaphore::new(1, 1);
    exhaust(&semaphore);
    let mut crowd: Vec<_> = (0..10_000).map(|_| enter(&semaphore)).collect();
    let most = semaphore.queue().bytes();
    crowd.truncate(1);
    assert!(semaphore.queue().bytes() < most / 5);
    semaphore.release();
    assert!(is_ready(&mut crowd[0]));
}
