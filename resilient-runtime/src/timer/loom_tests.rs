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
        let queue = Arc::new(TimerQueue::new());
        let caller = Arc::clone(&queue);
        let thread = thread::spawn(move || caller.insert(10, 50, Waker::noop()).1 > 50);
        let asleep_until = queue.take_due(10, &mut Vec::new(), |_| panic!("nobody is due"));
        let is_unparked = thread.join().unwrap();
        assert!(asleep_until <= 50 || is_unparked);
    });
}

#[test]
fn who_asks_as_the_deadline_comes_is_woken_or_knows() {
    model(|| {
        let queue = Arc::new(TimerQueue::new());
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
