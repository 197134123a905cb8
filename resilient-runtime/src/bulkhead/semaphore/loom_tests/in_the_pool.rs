//! The pairs of the pool's word, without lines.

use super::*;

#[test]
fn all_who_wait_are_woken() {
    model(|| {
        let semaphore = taken_semaphore(1);
        let waiters = [0, 1].map(|_| {
            spawn(&semaphore, |semaphore| {
                take(semaphore);
                semaphore.release();
            })
        });
        semaphore.release();
        waiters.into_iter().for_each(|waiter| waiter.join().unwrap());
        assert_ends(&semaphore, 0);
    });
}

#[test]
fn who_gives_up_takes_no_slot_along() {
    model(|| {
        let semaphore = taken_semaphore(1);
        let other = spawn(&semaphore, give_up);
        semaphore.release();
        other.join().unwrap();
        assert_ends(&semaphore, 0);
        assert!(try_take(&semaphore));
    });
}

#[test]
fn a_slot_handed_to_one_who_gives_up_goes_to_the_next() {
    model(|| {
        let semaphore = taken_semaphore(1);
        let first = enter(&semaphore);
        let next = spawn(&semaphore, take);
        semaphore.release();
        drop(first);
        next.join().unwrap();
        assert_ends(&semaphore, 1);
    });
}

#[test]
fn who_gives_up_between_two_others_leaves_their_order() {
    model(|| {
        let semaphore = taken_semaphore(1);
        let (first, middle, last) = (enter(&semaphore), enter(&semaphore), enter(&semaphore));
        let other = spawn(&semaphore, |semaphore| {
            semaphore.release();
            semaphore.release();
        });
        drop(middle);
        loom::future::block_on(first);
        loom::future::block_on(last);
        other.join().unwrap();
        assert_ends(&semaphore, 1);
    });
}

#[test]
fn who_is_polled_with_another_waker_as_the_slot_comes_has_it_or_is_woken() {
    model(|| {
        let semaphore = taken_semaphore(1);
        let waiting = enter(&semaphore);
        let other = spawn(&semaphore, Semaphore::release);
        loom::future::block_on(waiting);
        other.join().unwrap();
        assert_ends(&semaphore, 1);
    });
}

#[test]
fn what_was_done_in_a_slot_is_seen_by_whom_it_is_handed_to() {
    model(|| {
        let semaphore = taken_semaphore(1);
        let waiting = enter(&semaphore);
        let (other, done) = acts_in_its_slot(1, &semaphore);
        loom::future::block_on(waiting);
        done.with_mut(|_| ());
        other.join().unwrap();
        assert_ends(&semaphore, 1);
    });
}

#[test]
fn nobody_takes_in_passing_what_is_handed_over() {
    model(|| {
        let semaphore = taken_semaphore(1);
        let first = enter(&semaphore);
        let late = spawn(&semaphore, |semaphore| assert!(!try_take(semaphore)));
        semaphore.release();
        late.join().unwrap();
        loom::future::block_on(first);
        assert_ends(&semaphore, 1);
    });
}

#[test]
fn takes_that_are_moved_to_the_counter_are_counted_once() {
    model(|| {
        let semaphore = Arc::new(Semaphore::new(1, 1));
        (0..2).for_each(|_| assert!(try_take(&semaphore).then(|| semaphore.release()).is_some()));
        let other = spawn(&semaphore, |semaphore| {
            (0..2).filter(|_| try_take(semaphore).then(|| semaphore.release()).is_some()).count()
        });
        let own = (0..2).filter(|_| try_take(&semaphore).then(|| semaphore.release()).is_some()).count();
        // Exact at any time.
        assert!(semaphore.total_taken() >= 2 + own as u64);
        let all = own + other.join().unwrap();
        assert_eq!(semaphore.total_taken(), 2 + all as u64);
        assert_ends(&semaphore, 0);
    });
}

#[test]
fn what_was_done_in_a_slot_is_seen_where_it_was_given_back_under_the_lock() {
    model(|| {
        // The word counts many takes, so the next slot is given back under the lock, though no call waits.
        let semaphore = Arc::new(Semaphore::new(1, 1));
        (0..3).for_each(|_| assert!(try_take(&semaphore).then(|| semaphore.release()).is_some()));
        assert!(try_take(&semaphore));
        let (other, done) = acts_in_its_slot(1, &semaphore);
        if try_take(&semaphore) {
            done.with(|_| ());
        }
        other.join().unwrap();
        semaphore.assert_invariants();
    });
}

#[test]
fn who_finds_that_no_call_is_in_flight_sees_what_those_before_did() {
    model(|| {
        who_finds_none_in_flight_sees_what_was_done(&taken_semaphore(1), 1);
    });
}
