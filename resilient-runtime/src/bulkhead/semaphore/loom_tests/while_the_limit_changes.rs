//! The pairs of a change of the limit with all else.

use super::*;

/// Looks at the pool at any time, without the lock.
fn assert_none_is_free_while_a_call_waits(semaphore: &Semaphore) {
    let pool = semaphore.pool();
    assert!(!pool.calls_wait() || pool.free() <= 0, "a call waits while a slot is free");
}

#[test]
fn a_higher_one_wakes_who_waits() {
    model(|| {
        let semaphore = with_lines(2);
        assert!(try_take(&semaphore) && try_take(&semaphore));
        let waiter = spawn(&semaphore, take);
        semaphore.set_limit(3);
        waiter.join().unwrap();
        assert_ends(&semaphore, 3);
    });
}

#[test]
fn who_takes_within_a_raise_while_another_waits_gets_no_slot_of_the_one_that_waits() {
    model(|| {
        let semaphore = taken_semaphore(1);
        let first = enter(&semaphore);
        let other = spawn(&semaphore, |semaphore| {
            assert_none_is_free_while_a_call_waits(semaphore);
            let is_taken = try_take(semaphore);
            assert_none_is_free_while_a_call_waits(semaphore);
            is_taken
        });
        semaphore.set_limit(3);
        let other = u64::from(other.join().unwrap());
        loom::future::block_on(first);
        assert_ends(&semaphore, 2 + other);
        // If it was refused, that was before the raise.
        assert_eq!(u64::from(try_take(&semaphore)), 1 - other);
    });
}

#[test]
fn who_enters_within_a_raise_waits_behind_the_others_or_has_a_slot() {
    model(|| {
        let semaphore = taken_semaphore(1);
        let first = enter(&semaphore);
        // One may wait: before the raise the queue is full, after it a slot is free.
        let other = spawn(&semaphore, |semaphore| match semaphore.enter(1, Waker::noop()) {
            EnterOutcome::Taken => 1,
            EnterOutcome::Full => 0,
            EnterOutcome::Queued(_) => unreachable!("a slot is free when no call waits any more"),
        });
        semaphore.set_limit(3);
        let other = other.join().unwrap();
        loom::future::block_on(first);
        assert_ends(&semaphore, 2 + other);
    });
}

#[test]
fn a_slot_given_back_within_a_raise_strands_nobody() {
    model(|| {
        // Two are taken of one, and another waits: the slot that is given back is above the limit, unless it is raised.
        let semaphore = taken_semaphore(2);
        semaphore.set_limit(1);
        let waiter = spawn(&semaphore, take);
        let other = spawn(&semaphore, |semaphore| semaphore.set_limit(2));
        semaphore.release();
        waiter.join().unwrap();
        other.join().unwrap();
        assert_ends(&semaphore, 2);
    });
}

#[test]
fn a_lower_one_lets_nobody_in() {
    model(|| {
        // Whoever comes after the change finds one slot, not two.
        let semaphore = with_lines(2);
        let early = spawn(&semaphore, |semaphore| u64::from(try_take(semaphore)));
        semaphore.set_limit(1);
        let late = u64::from(try_take(&semaphore));
        let early = early.join().unwrap();
        assert!(early + late >= 1);
        assert_ends(&semaphore, early + late);
        assert!(!try_take(&semaphore));
    });
}

#[test]
fn a_lower_one_takes_back_what_is_free_on_lines() {
    model(|| {
        // One of two is taken, the other is free on the first line.
        let semaphore = with_lines(2);
        let origins = [0, 1].map(|_| semaphore.try_take().unwrap());
        semaphore.release_to(origins[0]);
        let early = spawn_on(2, &semaphore, |semaphore| u64::from(try_take(semaphore)));
        semaphore.set_limit(1);
        assert!(!try_take(&semaphore));
        let early = early.join().unwrap();
        assert_ends(&semaphore, 1 + early);
        semaphore.release_to(origins[1]);
        assert_eq!(u64::from(try_take(&semaphore)), 1 - early);
    });
}

#[test]
fn lines_are_allocated_while_another_takes() {
    model(|| {
        pretend(0);
        let semaphore = Arc::new(Semaphore::new(1, 2));
        let other = spawn(&semaphore, |semaphore| {
            if let Some(origin) = semaphore.try_take() {
                semaphore.release_to(origin);
            }
        });
        semaphore.set_limit(3);
        let origin = semaphore.try_take().unwrap();
        semaphore.release_to(origin);
        other.join().unwrap();
        assert_ends(&semaphore, 0);
        assert_eq!((0..4).filter(|_| try_take(&semaphore)).count(), 3);
    });
}

#[test]
fn down_and_up_again_loses_no_slot() {
    model(|| {
        let semaphore = with_lines(2);
        let other = spawn(&semaphore, |semaphore| {
            if let Some(origin) = semaphore.try_take() {
                semaphore.release_to(origin);
            }
        });
        semaphore.set_limit(1);
        semaphore.set_limit(3);
        other.join().unwrap();
        assert_ends(&semaphore, 0);
        assert_eq!((0..4).filter(|_| try_take(&semaphore)).count(), 3);
    });
}

#[test]
fn what_was_done_in_a_slot_is_seen_by_one_that_waited_for_a_raise() {
    model(|| {
        // One is taken of none, so a slot that is given back is free for nobody until the limit is raised.
        let semaphore = taken_semaphore(1);
        semaphore.set_limit(0);
        let (other, done) = acts_in_its_slot(1, &semaphore);
        let waiting = enter(&semaphore);
        semaphore.set_limit(1);
        loom::future::block_on(waiting);
        done.with(|_| ());
        other.join().unwrap();
        assert_ends(&semaphore, 1);
    });
}

#[test]
fn a_slot_given_back_within_a_lowering_is_used_by_one_that_waits_or_is_above_the_limit() {
    model(|| {
        let semaphore = taken_semaphore(2);
        let waiter = spawn(&semaphore, take);
        let other = spawn(&semaphore, |semaphore| semaphore.set_limit(1));
        // Before the change it goes to who waits. After it, it is above the limit, and the next one goes there.
        semaphore.release();
        semaphore.release();
        waiter.join().unwrap();
        other.join().unwrap();
        assert_ends(&semaphore, 1);
        assert!(!try_take(&semaphore), "one of one is taken");
    });
}
