//! Models of the queue of timers, and of the thread that sleeps until the first deadline.

use std::sync::atomic::AtomicBool;
use std::task::{Wake, Waker};

use loom::sync::Arc;
use loom::thread;

use crate::core::loom_model::model;
use crate::timer::queue::TimerQueue;

#[test]
fn no_timer_is_slept_over() {
    model(|| {
        let queue = Arc::new(TimerQueue::for_cores(2));
        let caller = Arc::clone(&queue);
        let thread = thread::spawn(move || caller.insert(10, 50, Waker::noop()).1 > 50);
        let asleep_until = queue.take_due(10, &mut Vec::new(), |_| panic!("nobody is due"));
        let is_unparked = thread.join().unwrap();
        assert!(asleep_until <= 50 || is_unparked);
    });
}

#[test]
fn no_timer_is_slept_over_in_a_wheel_that_two_threads_make() {
    model(|| {
        let queue = Arc::new(TimerQueue::for_cores(1));
        let insert = |deadline| {
            let caller = Arc::clone(&queue);
            move || caller.insert(10, deadline, Waker::noop()).1 > deadline
        };
        let (first, second) = (thread::spawn(insert(50)), thread::spawn(insert(60)));
        let asleep_until = queue.take_due(10, &mut Vec::new(), |_| panic!("nobody is due"));
        let (first, second) = (first.join().unwrap(), second.join().unwrap());
        assert!((asleep_until <= 50 || first) && (asleep_until <= 60 || first || second));
    });
}

#[test]
fn what_another_thread_cancels_as_the_deadline_comes_leaves_nothing_behind() {
    model(|| {
        let queue = Arc::new(TimerQueue::for_cores(2));
        let (key, _) = queue.insert(10, 50, Waker::noop());
        let canceller = Arc::clone(&queue);
        let thread = thread::spawn(move || canceller.remove(key));
        queue.take_due(50, &mut Vec::new(), Waker::wake);
        thread.join().unwrap();
        // The same place, for another timer.
        let (was_woken, fresh) = woken();
        assert_eq!(queue.insert(50, 60, &fresh).0, key);
        assert_eq!(queue.take_due(60, &mut Vec::new(), Waker::wake), u64::MAX);
        assert!(was_woken.load(std::sync::atomic::Ordering::Relaxed));
    });
}

#[test]
fn who_asks_as_the_deadline_comes_is_woken_or_knows() {
    model(|| {
        let queue = Arc::new(TimerQueue::for_cores(2));
        let (key, _) = queue.insert(10, 50, &woken().1);
        let waker = Arc::clone(&queue);
        let thread = thread::spawn(move || {
            waker.take_due(50, &mut Vec::new(), Waker::wake);
        });
        let (was_woken, fresh) = woken();
        let is_due = queue.poll(key, &fresh);
        thread.join().unwrap();
        assert!(is_due || was_woken.load(std::sync::atomic::Ordering::Relaxed) && queue.poll(key, &fresh));
    });
}

/// A waker, and whether it was woken. Relaxed, because the flag is read after its thread is joined.
fn woken() -> (std::sync::Arc<AtomicBool>, Waker) {
    struct Flag(std::sync::Arc<AtomicBool>);
    impl Wake for Flag {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }
    let flag = std::sync::Arc::new(AtomicBool::new(false));
    (std::sync::Arc::clone(&flag), Waker::from(std::sync::Arc::new(Flag(flag))))
}
