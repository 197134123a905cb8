use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Wake;

use super::*;

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

fn leaked(spawn: Spawn) -> &'static TimerThread {
    Box::leak(Box::new(TimerThread::spawned_by(spawn)))
}

fn millis_from_now(millis: u64) -> u64 {
    clock::real_nanos() + millis * NANOS_PER_TICK
}

fn waits(count: &Arc<Count>, more_than: usize) {
    while count.0.load(Relaxed) <= more_than {
        thread::yield_now();
    }
}

fn no_thread(_: Box<dyn FnOnce() + Send>) -> io::Result<Thread> {
    Err(io::Error::other("no thread for tests"))
}

#[test]
fn without_a_thread_a_call_wakes_itself_and_its_limit_holds() {
    let timer = leaked(no_thread);
    let count = Arc::new(Count::default());
    let waker = Waker::from(Arc::clone(&count));
    let deadline = millis_from_now(20);
    let key = timer.set(deadline, &waker);
    let mut polls = 1;
    while !timer.poll(key, &waker) {
        polls += 1;
        assert_eq!(count.0.load(Relaxed), polls, "it asks to be polled again each time");
    }
    assert!(deadline <= clock::real_nanos());
}

#[test]
fn a_thread_that_could_not_be_started_is_tried_again() {
    static TRIES: AtomicUsize = AtomicUsize::new(0);
    fn the_third(run: Box<dyn FnOnce() + Send>) -> io::Result<Thread> {
        if TRIES.fetch_add(1, Relaxed) < 2 { no_thread(run) } else { spawn_thread(run) }
    }

    let timer = leaked(the_third);
    let count = Arc::new(Count::default());
    let waker = Waker::from(Arc::clone(&count));
    let key = timer.set(millis_from_now(100), &waker);
    while !timer.has_thread(std::process::id(), clock::coarse_nanos() / NANOS_PER_TICK) {
        thread::yield_now();
    }
    let before = count.0.load(Relaxed);
    waits(&count, before);
    assert!(timer.poll(key, &waker));
    assert_eq!(TRIES.load(Relaxed), 3);
}

#[test]
fn a_thread_that_ended_is_followed_by_another_which_serves_those_who_wait_already() {
    static STARTS: AtomicUsize = AtomicUsize::new(0);
    fn the_first_ends_at_once(run: Box<dyn FnOnce() + Send>) -> io::Result<Thread> {
        match STARTS.fetch_add(1, Relaxed) {
            0 => {
                drop(run);
                Ok(thread::current())
            }
            _ => spawn_thread(run),
        }
    }

    let timer = leaked(the_first_ends_at_once);
    let (first, second) = (Arc::new(Count::default()), Arc::new(Count::default()));
    let key = timer.set(millis_from_now(30), &Waker::from(Arc::clone(&first)));
    thread::sleep(Duration::from_millis(15));
    let other = timer.set(millis_from_now(60_000), &Waker::from(Arc::clone(&second)));
    waits(&first, 0);
    assert!(timer.poll(key, Waker::noop()));
    timer.remove(other);
    assert_eq!((STARTS.load(Relaxed), second.0.load(Relaxed)), (2, 0));
}

#[test]
fn the_child_of_a_fork_starts_a_thread_of_its_own() {
    let timer = leaked(spawn_thread);
    let parents = u64::from(std::process::id() + 1);
    timer.owner.store(ONE_TRY | parents, Ordering::Release);
    let count = Arc::new(Count::default());
    let key = timer.set(millis_from_now(5), &Waker::from(Arc::clone(&count)));
    waits(&count, 0);
    assert!(timer.poll(key, Waker::noop()));
}

#[test]
fn neither_a_waker_that_panics_nor_what_it_panics_with_ends_the_thread() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any(Fuse);
        }
    }
    struct Fuse;
    impl Drop for Fuse {
        fn drop(&mut self) {
            panic!("a payload's payload");
        }
    }
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic_any(Bomb);
        }
    }

    static STARTS: AtomicUsize = AtomicUsize::new(0);
    fn counted(run: Box<dyn FnOnce() + Send>) -> io::Result<Thread> {
        STARTS.fetch_add(1, Relaxed);
        spawn_thread(run)
    }

    let timer = leaked(counted);
    let panics = timer.set(millis_from_now(1), &Waker::from(Arc::new(Panics)));
    let count = Arc::new(Count::default());
    let key = timer.set(millis_from_now(5), &Waker::from(Arc::clone(&count)));
    waits(&count, 0);
    assert!(timer.poll(key, Waker::noop()) && timer.poll(panics, Waker::noop()));
    assert_eq!(STARTS.load(Relaxed), 1);
}
