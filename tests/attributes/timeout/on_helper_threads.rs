//! A sync body runs on another thread, and its caller returns at the deadline.

use super::*;
use std::collections::HashSet;
use std::panic::catch_unwind;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, ThreadId};
use std::time::Instant;

/// Longer than anything here takes on a working machine.
const AGES: Duration = secs(60);

#[test]
fn a_body_that_ends_in_time_gives_its_answer() {
    #[timeout(60s)]
    fn call(outcome: Result<u32, Fault>) -> Result<u32, Fault> {
        outcome
    }

    assert_eq!(call(Ok(7)), Ok(7));
    assert_eq!(call(Err(Fault::Own)), Err(Fault::Own));
}

#[test]
fn the_body_runs_on_another_thread() {
    #[timeout(60s)]
    fn call() -> Result<ThreadId, Fault> {
        Ok(thread::current().id())
    }

    assert_ne!(call(), Ok(thread::current().id()));
}

#[test]
fn the_caller_returns_at_the_deadline_and_the_body_runs_on_to_its_end() {
    #[timeout(5ms)]
    fn call(release: Receiver<()>, ended: Sender<&'static str>) -> Result<(), Fault> {
        release.recv().expect("the test releases it");
        ended.send("to its end").expect("the test waits");
        Ok(())
    }

    let (release, released) = channel();
    let (ended, at_the_end) = channel();
    // The call returns although the body still waits.
    let Err(Fault::Refused { kind, name, after }) = call(released, ended) else { panic!("not refused") };
    assert_eq!(kind, ErrorKind::TimedOut);
    assert_eq!((name.as_str(), after), (concat!(module_path!(), "::call"), millis(5)));
    if release.send(()).is_ok() {
        assert_eq!(at_the_end.recv_timeout(AGES), Ok("to its end"));
    } else {
        // If the machine is so busy that no thread starts within 5 ms, the body never begins.
        assert!(at_the_end.recv_timeout(AGES).is_err());
    }
}

#[test]
fn a_panic_of_the_body_goes_on_in_the_caller() {
    #[timeout(60s)]
    fn panics(text: String) -> Result<(), Fault> {
        std::panic::panic_any(text)
    }

    let panic = catch_unwind(|| panics("on purpose".to_owned())).expect_err("it panicked");
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some("on purpose"));
}

#[test]
fn a_panic_after_the_deadline_is_unseen() {
    #[timeout(5ms)]
    fn call(release: Receiver<()>) -> Result<(), Fault> {
        let _ = release.recv();
        panic!("nobody sees it")
    }

    #[timeout(60s)]
    fn other() -> Result<u32, Fault> {
        Ok(7)
    }

    let (release, released) = channel::<()>();
    assert!(call(released).is_err_and(|error| error.is_timed_out()));
    drop(release);
    for _ in 0..20 {
        assert_eq!(other(), Ok(7));
    }
}

#[test]
fn threads_are_used_again() {
    #[timeout(60s)]
    fn call() -> Result<ThreadId, Fault> {
        Ok(thread::current().id())
    }

    let threads: HashSet<_> = (0..500).map(|_| call().expect("it ends in time")).collect();
    assert!(threads.len() < 100, "{} threads for 500 calls, one after the other", threads.len());
}

#[test]
fn each_attempt_of_a_retry_above_has_its_own_copies_and_its_own_time() {
    #[retry(max_attempts = 3, base_delay = 0s)]
    #[timeout(100s, step = 100s)]
    fn call(mut items: Vec<u32>, seen: Sender<(usize, Duration)>) -> Result<(), Fault> {
        items.push(0);
        let left = remaining().expect("there is one");
        seen.send((items.len(), left)).expect("the test waits");
        Err(Fault::Own)
    }

    let (seen, attempts) = channel();
    assert_eq!(call(vec![1], seen), Err(Fault::Own));
    let attempts: Vec<_> = attempts.iter().collect();
    assert_eq!(attempts.len(), 3);
    for ((items, left), limit) in attempts.into_iter().zip([100, 200, 300]) {
        assert_eq!(items, 2, "an attempt does not see what an earlier one did");
        assert!(left <= secs(limit) && left > secs(limit - 50), "{left:?} of {limit} s");
    }
}

#[test]
fn the_longest_duration_never_ends() {
    #[timeout(limit)]
    fn call(limit: Duration) -> Result<u32, Fault> {
        Ok(7)
    }

    assert_eq!(call(Duration::MAX), Ok(7));
}

#[test]
fn the_body_may_look_at_its_deadline() {
    #[timeout(100s)]
    fn call() -> Result<Option<Instant>, Fault> {
        Ok(ends())
    }

    let before = Instant::now();
    let end = call().expect("it ends in time").expect("there is a deadline");
    assert!(end >= before + secs(100) && end <= Instant::now() + secs(100));
    assert_eq!(deadline(), None, "outside of a call there is none");
}

#[test]
fn of_deadlines_within_each_other_the_earliest_is_seen() {
    #[timeout(100s)]
    fn outer(inner: fn() -> Result<Option<Instant>, Fault>) -> Result<[Option<Instant>; 3], Fault> {
        Ok([ends(), inner()?, ends()])
    }

    #[timeout(1h)]
    fn longer() -> Result<Option<Instant>, Fault> {
        Ok(ends())
    }

    #[timeout(50s)]
    fn shorter() -> Result<Option<Instant>, Fault> {
        Ok(ends())
    }

    let [before, within, after] = outer(longer).expect("it ends in time");
    assert!(before.is_some());
    assert_eq!(within, before);
    assert_eq!(after, before);

    let [before, within, after] = outer(shorter).expect("it ends in time");
    assert!(within < before && within.is_some());
    assert_eq!(after, before);
}
