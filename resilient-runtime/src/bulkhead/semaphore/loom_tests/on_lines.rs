//! The pairs of a line's word, and of the pool's word with the opening and closing of lines.

use super::*;

#[test]
fn never_more_than_the_limit_are_taken() {
    model(|| {
        let semaphore = with_lines(2);
        assert!(try_take(&semaphore));
        let inside = Arc::new(AtomicUsize::new(0));
        let threads = [0, 1].map(|line| {
            let inside = Arc::clone(&inside);
            spawn_on(line, &semaphore, move |semaphore| {
                if let Some(origin) = semaphore.try_take() {
                    assert_eq!(inside.fetch_add(1, Ordering::Relaxed), 0);
                    inside.fetch_sub(1, Ordering::Relaxed);
                    semaphore.release_to(origin);
                }
            })
        });
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_ends(&semaphore, 1);
    });
}

#[test]
fn what_was_done_in_a_slot_is_seen_in_the_next() {
    model(|| {
        // One free slot: what its holder wrote without a lock the next one reads, by whatever way the slot came.
        let semaphore = with_lines(2);
        assert!(try_take(&semaphore));
        let cell = Arc::new(UnsafeCell::new(()));
        let threads = [0, 1].map(|line| {
            let cell = Arc::clone(&cell);
            spawn_on(line, &semaphore, move |semaphore| {
                take(semaphore);
                cell.with_mut(|_| ());
                semaphore.release();
            })
        });
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        cell.with(|_| ());
        assert_ends(&semaphore, 1);
    });
}

#[test]
fn who_waits_gets_what_is_given_back_to_a_line() {
    model(|| {
        let semaphore = with_lines(2);
        let origin = semaphore.try_take().unwrap();
        assert!(try_take(&semaphore));
        let waiter = spawn(&semaphore, take);
        semaphore.release_to(origin);
        waiter.join().unwrap();
        assert_ends(&semaphore, 2);
    });
}

#[test]
fn nobody_is_refused_while_a_slot_is_free() {
    model(|| {
        // One slot is enough for each, wherever it is moved.
        let semaphore = with_lines(2);
        let other = spawn(&semaphore, |semaphore| {
            let origin = semaphore.try_take().unwrap();
            semaphore.release_to(origin);
            assert!(try_take(semaphore));
        });
        assert!(try_take(&semaphore));
        other.join().unwrap();
        assert_ends(&semaphore, 2);
    });
}

#[test]
fn nobody_is_refused_while_another_closes_the_lines() {
    model(|| {
        // Two slots are free on the first line, none anywhere else, and two threads come to the other line.
        let semaphore = with_lines(3);
        let origins = [0, 1].map(|_| semaphore.try_take().unwrap());
        assert!(try_take(&semaphore));
        origins.into_iter().for_each(|origin| semaphore.release_to(origin));
        let other = spawn(&semaphore, |semaphore| assert!(try_take(semaphore)));
        pretend(1);
        assert!(try_take(&semaphore));
        other.join().unwrap();
        assert_ends(&semaphore, 3);
        assert!(!try_take(&semaphore));
    });
}

#[test]
fn nobody_is_refused_while_lines_are_opened() {
    model(|| {
        let semaphore = with_closed_lines(3);
        let third = Arc::clone(&semaphore);
        let other = spawn(&semaphore, move |semaphore| {
            let taken: Vec<_> = (0..3).filter_map(|_| semaphore.try_take()).collect();
            if let Some(origin) = taken.first() {
                semaphore.release_to(*origin);
                // Begins after that: the slot is free, wherever it is.
                spawn_on(2, &third, |semaphore| assert!(try_take(semaphore))).join().unwrap();
            }
        });
        // The last one makes lines worth it.
        (0..3).for_each(|_| semaphore.release());
        other.join().unwrap();
        semaphore.assert_invariants();
    });
}

#[test]
fn lines_are_opened_while_another_comes_to_wait() {
    model(|| {
        let semaphore = with_closed_lines(3);
        let other = spawn(&semaphore, |semaphore| {
            take(semaphore);
            take(semaphore);
            semaphore.release();
        });
        (0..3).for_each(|_| semaphore.release());
        other.join().unwrap();
        assert_ends(&semaphore, 1);
    });
}

#[test]
fn who_gives_up_takes_no_slot_along() {
    model(|| {
        let semaphore = with_lines(2);
        let origin = semaphore.try_take().unwrap();
        assert!(try_take(&semaphore));
        let other = spawn(&semaphore, give_up);
        semaphore.release_to(origin);
        other.join().unwrap();
        assert_ends(&semaphore, 1);
        assert!(try_take(&semaphore));
    });
}

#[test]
fn takes_are_counted_once_while_lines_are_closed() {
    model(|| {
        // The first thread's line counts many takes after the next one.
        let semaphore = with_lines(3);
        (0..3).for_each(|_| semaphore.release_to(semaphore.try_take().unwrap()));
        let other = spawn(&semaphore, |semaphore| (0..3).filter(|_| try_take(semaphore)).count());
        let own = (0..2).filter(|_| try_take(&semaphore)).count();
        let all = own + other.join().unwrap();
        assert_eq!(semaphore.total_taken(), 4 + all as u64);
        assert_ends(&semaphore, all as u64);
    });
}

#[test]
fn takes_are_counted_where_slots_come_back_from_lines_alone() {
    model(|| {
        // The pool's word has room for seven takes, and none of these slots is given to the pool.
        let semaphore = with_lines(7);
        pretend(1);
        let origins: Vec<_> = (0..4).map(|_| semaphore.try_take().unwrap()).collect();
        origins.into_iter().for_each(|origin| semaphore.release_to(origin));
        pretend(0);
        (0..4).for_each(|_| assert!(try_take(&semaphore)));
        assert_eq!(semaphore.total_taken(), 9);
        assert_ends(&semaphore, 4);
    });
}

#[test]
fn what_was_done_in_a_slot_is_seen_by_the_next_on_the_same_line() {
    model(|| {
        let semaphore = with_lines(2);
        assert!(try_take(&semaphore) && try_take(&semaphore));
        let (other, done) = acts_in_its_slot(0, &semaphore);
        if try_take(&semaphore) {
            done.with(|_| ());
        }
        other.join().unwrap();
        semaphore.assert_invariants();
    });
}

#[test]
fn what_was_done_in_a_slot_is_seen_where_another_moved_it_to_the_pool() {
    model(|| {
        // None is free in the pool, one is free on the first line, and another one comes back to it.
        let semaphore = with_lines(3);
        let origins = [0, 1, 2].map(|_| semaphore.try_take().unwrap());
        semaphore.release_to(origins[0]);
        let has_taken = Arc::new(AtomicUsize::new(0));
        let (first, done) = acts_in_its_slot(0, &semaphore);
        let takes = Arc::clone(&has_taken);
        let closes = spawn_on(1, &semaphore, move |semaphore| {
            if try_take(semaphore) {
                takes.store(1, Ordering::Relaxed);
            }
        });
        pretend(1);
        // If the other thread has the one, this is the one that came back.
        if has_taken.load(Ordering::Relaxed) == 1 && try_take(&semaphore) {
            done.with(|_| ());
        }
        first.join().unwrap();
        closes.join().unwrap();
        semaphore.assert_invariants();
    });
}

#[test]
fn who_finds_that_no_call_is_in_flight_sees_what_those_before_did() {
    model(|| {
        let semaphore = with_lines(2);
        assert!(try_take(&semaphore));
        who_finds_none_in_flight_sees_what_was_done(&semaphore, 0);
    });
}
