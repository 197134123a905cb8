//! `#[timeout(…, cooperative)]`: the body itself looks at the deadline.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Instant;

/// A body that works until its deadline.
fn work_until_the_deadline() {
    while deadline().is_some_and(|deadline| !deadline.is_over()) {
        thread::sleep(millis(1));
    }
}

#[test]
fn the_body_runs_in_place_and_may_borrow() {
    struct Worker(Cell<u32>);

    impl Worker {
        #[timeout(60s, cooperative)]
        fn work(&self, log: &mut Vec<thread::ThreadId>) -> Result<u32, Fault> {
            log.push(thread::current().id());
            self.0.set(self.0.get() + 1);
            Ok(self.0.get())
        }
    }

    let (worker, mut log) = (Worker(Cell::new(6)), Vec::new());
    assert_eq!(worker.work(&mut log), Ok(7));
    assert_eq!(log, [thread::current().id()]);
}

#[test]
fn a_body_that_comes_back_late_is_reported() {
    #[timeout(5ms, cooperative)]
    fn late(outcome: Result<u32, Fault>) -> Result<u32, Fault> {
        work_until_the_deadline();
        outcome
    }

    for outcome in [Ok(7), Err(Fault::Own)] {
        let name = concat!(module_path!(), "::late").to_owned();
        assert_eq!(late(outcome), Err(Fault::Refused { kind: ErrorKind::TimedOut, name, after: millis(5) }));
    }
}

#[test]
fn a_body_that_comes_back_in_time_gives_its_answer() {
    #[timeout(60s, cooperative)]
    fn call(outcome: Result<u32, Fault>) -> Result<u32, Fault> {
        outcome
    }

    assert_eq!(call(Ok(7)), Ok(7));
    assert_eq!(call(Err(Fault::Own)), Err(Fault::Own));
}

#[test]
fn the_deadline_is_that_of_the_call() {
    #[timeout(limit, cooperative)]
    fn call(limit: Duration) -> Result<Option<Instant>, Fault> {
        Ok(ends())
    }

    for limit in [secs(100), secs(200)] {
        let before = Instant::now();
        let end = call(limit).expect("it comes back in time").expect("there is a deadline");
        assert!(end >= before + limit && end <= Instant::now() + limit);
    }
    assert_eq!(deadline(), None);
}

#[test]
fn of_deadlines_within_each_other_the_earliest_is_seen() {
    #[timeout(100s, cooperative)]
    fn outer(inner: fn() -> Result<Option<Instant>, Fault>) -> Result<[Option<Instant>; 3], Fault> {
        Ok([ends(), inner()?, ends()])
    }

    #[timeout(1h, cooperative)]
    fn longer() -> Result<Option<Instant>, Fault> {
        Ok(ends())
    }

    #[timeout(50s, cooperative)]
    fn shorter() -> Result<Option<Instant>, Fault> {
        Ok(ends())
    }

    #[timeout(1h)]
    fn longer_on_a_helper_thread() -> Result<Option<Instant>, Fault> {
        Ok(ends())
    }

    for inner in [longer, longer_on_a_helper_thread] {
        let [before, within, after] = outer(inner).expect("it ends in time");
        assert!(before.is_some());
        assert_eq!((within, after), (before, before));
    }
    let [before, within, after] = outer(shorter).expect("it ends in time");
    assert!(within < before && within.is_some());
    assert_eq!(after, before);
}

#[test]
fn a_panic_goes_on_and_leaves_no_deadline_behind() {
    #[timeout(60s, cooperative)]
    fn panics() -> Result<(), Fault> {
        panic!("on purpose")
    }

    let panic = catch_unwind(AssertUnwindSafe(panics)).expect_err("it panicked");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    assert_eq!(deadline(), None);
}

#[test]
fn step_adds_time_for_each_attempt_after_the_first() {
    #[retry(base_delay = 0s)]
    #[timeout(100s, step = 100s, cooperative)]
    fn call(limits: &RefCell<Vec<Duration>>) -> Result<(), Fault> {
        let left = remaining().expect("there is one");
        limits.borrow_mut().push(left);
        Err(Fault::Own)
    }

    let limits = RefCell::default();
    assert_eq!(call(&limits), Err(Fault::Own));
    assert_eq!(limits.borrow().len(), 3);
    for (left, limit) in limits.borrow().iter().zip([100, 200, 300]) {
        assert!(*left <= secs(limit) && *left > secs(limit - 50), "{left:?} of {limit} s");
    }
}
