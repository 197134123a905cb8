//! `#[timeout]`: what happens at the deadline, and from when it counts.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use resilient::{Deadline, ErrorKind, TimeoutPolicy, deadline, remaining, retry, timeout};
use resilient_tests::{PAUSE_OF_ZERO, millis, secs};

#[derive(Debug, PartialEq)]
enum Fault {
    Own,
    Refused { kind: ErrorKind, name: String, after: Duration },
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        let resilient::Error::TimedOut { name, after } = &refusal else { panic!("not a timeout: {refusal}") };
        Self::Refused { kind: refusal.kind(), name: name.to_string(), after: *after }
    }
}

impl Fault {
    fn is_timed_out(&self) -> bool {
        matches!(self, Self::Refused { kind: ErrorKind::TimedOut, .. })
    }
}

/// The deadline as a moment.
fn ends() -> Option<std::time::Instant> {
    deadline().map(Deadline::instant)
}

mod in_async_functions {
    use super::*;
    use tokio::time::{Instant, advance, sleep};

    /// Tells when it is dropped.
    struct DropsAt<'a>(&'a Cell<Option<Instant>>);

    impl Drop for DropsAt<'_> {
        fn drop(&mut self) {
            self.0.set(Some(Instant::now()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_is_ready_in_time_gives_its_answer() {
        #[timeout(2s)]
        async fn call(takes: Duration, outcome: Result<u32, Fault>) -> Result<u32, Fault> {
            sleep(takes).await;
            outcome
        }

        assert_eq!(call(secs(0), Ok(7)).await, Ok(7));
        assert_eq!(call(millis(1999), Ok(7)).await, Ok(7));
        assert_eq!(call(secs(1), Err(Fault::Own)).await, Err(Fault::Own));
    }

    #[tokio::test(start_paused = true)]
    async fn the_body_is_dropped_at_the_deadline() {
        #[timeout(2s)]
        async fn hangs(dropped: &Cell<Option<Instant>>) -> Result<(), Fault> {
            let _guard = DropsAt(dropped);
            std::future::pending().await
        }

        let (dropped, start) = (Cell::new(None), Instant::now());
        assert!(hangs(&dropped).await.is_err_and(|error| error.is_timed_out()));
        assert_eq!(start.elapsed(), secs(2));
        assert_eq!(dropped.get().map(|at| at - start), Some(secs(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_refusal_tells_the_function_and_the_limit() {
        #[timeout(1.5s)]
        async fn hangs() -> Result<(), Fault> {
            std::future::pending().await
        }

        let name = concat!(module_path!(), "::hangs").to_owned();
        assert_eq!(hangs().await, Err(Fault::Refused { kind: ErrorKind::TimedOut, name, after: millis(1500) }));
    }

    #[tokio::test(start_paused = true)]
    async fn it_does_not_count_while_nobody_awaits_the_call() {
        #[timeout(2s)]
        async fn call() -> Result<(), Fault> {
            sleep(secs(1)).await;
            Ok(())
        }

        let later = call();
        advance(secs(10)).await;
        assert_eq!(later.await, Ok(()));
    }

    /// Lets time pass within one poll, as a body does that computes for long.
    async fn compute(takes: Duration) {
        let mut passing = pin!(advance(takes));
        std::future::poll_fn(|context| {
            let _ = passing.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn it_counts_from_the_moment_the_call_reaches_it() {
        #[timeout(2s)]
        async fn call() -> Result<(), Fault> {
            compute(millis(1500)).await;
            sleep(secs(1)).await;
            Ok(())
        }

        let start = Instant::now();
        assert!(call().await.is_err_and(|error| error.is_timed_out()), "2.5 s in all");
        assert_eq!(start.elapsed(), secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_rests_is_judged_when_it_first_does() {
        #[timeout(2s)]
        async fn call(ends: bool) -> Result<(), Fault> {
            compute(secs(3)).await;
            if ends { Ok(()) } else { std::future::pending().await }
        }

        assert_eq!(call(true).await, Ok(()), "it was there before anybody could look");
        let start = Instant::now();
        assert!(call(false).await.is_err_and(|error| error.is_timed_out()));
        assert_eq!(start.elapsed(), secs(3), "its time was over when it first rested");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_uses_up_the_budget_of_its_task_is_dropped_too() {
        #[timeout(1s)]
        async fn busy() -> Result<(), Fault> {
            for _ in 0..10_000 {
                compute(millis(10)).await;
                tokio::task::consume_budget().await;
            }
            Ok(())
        }

        assert!(busy().await.is_err_and(|error| error.is_timed_out()));
    }

    #[tokio::test(start_paused = true)]
    async fn each_attempt_of_a_retry_above_has_the_whole_time() {
        #[retry(jitter = none)]
        #[timeout(2s)]
        async fn call(takes: Duration) -> Result<(), Fault> {
            sleep(takes).await;
            Err(Fault::Own)
        }

        let start = Instant::now();
        assert!(call(secs(1)).await.is_err_and(|error| error == Fault::Own));
        assert_eq!(start.elapsed(), millis(3000 + 300));
        let start = Instant::now();
        assert!(call(secs(9)).await.is_err_and(|error| error.is_timed_out()));
        assert_eq!(start.elapsed(), millis(6000 + 300));
    }

    #[tokio::test(start_paused = true)]
    async fn step_adds_time_for_each_attempt_after_the_first() {
        #[retry(base_delay = 0s)]
        #[timeout(2s, step = 5s)]
        async fn hangs(started: &RefCell<Vec<Instant>>) -> Result<(), Fault> {
            started.borrow_mut().push(Instant::now());
            std::future::pending().await
        }

        let (started, start) = (RefCell::default(), Instant::now());
        let Err(Fault::Refused { after, .. }) = hangs(&started).await else { panic!("not refused") };
        let starts: Vec<_> = started.borrow().iter().map(|at| *at - start).collect();
        assert_eq!(starts, [secs(0), secs(2) + PAUSE_OF_ZERO, secs(2 + 7) + PAUSE_OF_ZERO * 2]);
        assert_eq!(start.elapsed(), secs(2 + 7 + 12) + PAUSE_OF_ZERO * 2);
        assert_eq!(after, secs(12));
    }

    #[tokio::test(start_paused = true)]
    async fn step_begins_anew_with_each_call() {
        #[retry(max_attempts = 2, base_delay = 0s)]
        #[timeout(duration = 1s, step = 1s)]
        async fn hangs() -> Result<(), Fault> {
            std::future::pending().await
        }

        for _ in 0..3 {
            let start = Instant::now();
            assert!(hangs().await.is_err());
            assert_eq!(start.elapsed(), secs(1 + 2) + PAUSE_OF_ZERO);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_duration_may_be_computed_from_arguments() {
        #[timeout(limit * 2)]
        async fn hangs(limit: Duration) -> Result<(), Fault> {
            std::future::pending().await
        }

        for limit in [1, 5] {
            let start = Instant::now();
            assert!(hangs(secs(limit)).await.is_err_and(|error| error.is_timed_out()));
            assert_eq!(start.elapsed(), secs(limit * 2));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_duration_may_come_from_self_a_constant_or_a_string() {
        const LIMIT: Duration = secs(3);

        struct Client {
            limit: Duration,
        }

        impl Client {
            #[timeout(self.limit)]
            async fn of_self(&self) -> Result<(), Fault> {
                std::future::pending().await
            }

            #[timeout(LIMIT)]
            async fn of_a_constant(&self) -> Result<(), Fault> {
                std::future::pending().await
            }

            #[timeout("1m 30s")]
            async fn of_a_string(&self) -> Result<(), Fault> {
                std::future::pending().await
            }
        }

        let client = Client { limit: secs(4) };
        let start = Instant::now();
        assert!(client.of_self().await.is_err());
        assert_eq!(start.elapsed(), secs(4));
        assert!(client.of_a_constant().await.is_err());
        assert_eq!(start.elapsed(), secs(4 + 3));
        assert!(client.of_a_string().await.is_err());
        assert_eq!(start.elapsed(), secs(4 + 3 + 90));
    }

    #[tokio::test(start_paused = true)]
    async fn a_policy_gives_the_settings_and_others_override_it() {
        const POLICY: TimeoutPolicy = TimeoutPolicy::new(secs(1)).step(secs(2));

        #[retry(max_attempts = 2, base_delay = 0s)]
        #[timeout(policy = POLICY)]
        async fn as_it_is() -> Result<(), Fault> {
            std::future::pending().await
        }

        #[retry(max_attempts = 2, base_delay = 0s)]
        #[timeout(10s, policy = POLICY)]
        async fn overridden() -> Result<(), Fault> {
            std::future::pending().await
        }

        let start = Instant::now();
        assert!(as_it_is().await.is_err());
        assert_eq!(start.elapsed(), secs(1 + 3) + PAUSE_OF_ZERO);
        let start = Instant::now();
        assert!(overridden().await.is_err());
        assert_eq!(start.elapsed(), secs(10 + 12) + PAUSE_OF_ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_duration_never_ends() {
        #[timeout(limit)]
        async fn call(limit: Duration) -> Result<(), Fault> {
            sleep(secs(3600 * 24 * 365)).await;
            Ok(())
        }

        assert_eq!(call(Duration::MAX).await, Ok(()));
    }

    #[tokio::test]
    async fn a_panic_of_the_body_goes_on() {
        #[timeout(1h)]
        async fn panics() -> Result<(), Fault> {
            panic!("on purpose")
        }

        let panic = tokio::spawn(panics()).await.expect_err("it panicked").into_panic();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    }
}

mod on_helper_threads {
    use super::*;
    use std::collections::HashSet;
    use std::panic::catch_unwind;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread::{self, ThreadId};
    use std::time::Instant;

    /// Longer than any machine that works takes for anything here.
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
        // The call returns although nobody has released the body.
        let Err(Fault::Refused { kind, name, after }) = call(released, ended) else { panic!("not refused") };
        assert_eq!(kind, ErrorKind::TimedOut);
        assert_eq!((name.as_str(), after), (concat!(module_path!(), "::call"), millis(5)));
        if release.send(()).is_ok() {
            assert_eq!(at_the_end.recv_timeout(AGES), Ok("to its end"));
        } else {
            // On a machine so busy that no thread came up within 5 ms the body never began.
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
}

mod cooperative {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread;
    use std::time::Instant;

    /// What a body does that looks at its deadline.
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
}
