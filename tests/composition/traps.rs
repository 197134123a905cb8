//! What libraries of this kind have stumbled over. Some of the traps are tested elsewhere: a window that never slides in
//! `attributes/circuit_breaker.rs`, a misspelt name in `registry/shared_names.rs`, imports in `codegen/lints.rs`, a fallback
//! below a retry in `attributes/fallback.rs` and `order.rs`.

use std::cell::Cell;
use std::pin::Pin;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use resilient::{
    BreakerPolicy, CircuitState, ErrorKind, bulkhead, circuit_breaker, fallback, registry, retry, timeout,
};
use resilient_tests::{Fault, breaker, secs};
use tokio::sync::oneshot;
use tokio::time::{advance, sleep};

type Outcome = Result<u32, Fault>;

const BAD: Outcome = Err(Fault::Own);
const OPEN: Outcome = Err(Fault::Refused(ErrorKind::CircuitOpen));
const TIMED_OUT: Outcome = Err(Fault::Refused(ErrorKind::TimedOut));

/// Runs `call` in eight threads that begin at the same moment.
fn at_once(call: impl Fn() + Sync) {
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                call();
            });
        }
    });
}

mod a_question_mark_leaves_the_whole_function {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn not_here_in_any_layer() {
        #[fallback(value = 100)]
        #[retry(max_attempts = 5)]
        #[circuit_breaker(name = "traps: question mark")]
        #[timeout(1s)]
        #[bulkhead(max_concurrent = 1)]
        async fn call(ran: &Cell<u32>) -> Outcome {
            ran.set(ran.get() + 1);
            if ran.get() == 2 {
                return BAD;
            }
            if ran.get() < 4 {
                BAD?;
            }
            Ok(ran.get())
        }

        let ran = Cell::new(0);
        assert_eq!(call(&ran).await, Ok(4));
        let stats = breaker("traps: question mark").stats();
        assert_eq!((stats.failed_calls, stats.successful_calls), (3, 1));
    }
}

mod only_the_making_of_the_future_is_guarded {
    use super::*;

    trait Service {
        async fn awaits(&mut self, id: String) -> Outcome;
        fn blocks(&self, id: u32) -> Outcome;
    }

    #[derive(Default)]
    struct Client {
        calls: u32,
    }

    impl Service for Client {
        #[retry]
        #[circuit_breaker(name = "traps: trait")]
        #[timeout(1s)]
        async fn awaits(&mut self, id: String) -> Outcome {
            self.calls += 1;
            match self.calls {
                1 => BAD,
                2 => std::future::pending().await,
                calls => Ok(calls * 10 + u32::try_from(id.len()).unwrap_or(0)),
            }
        }

        #[fallback(value = id + self.calls)]
        fn blocks(&self, id: u32) -> Outcome {
            BAD
        }
    }

    #[tokio::test(start_paused = true)]
    async fn not_in_the_implementation_of_a_trait() {
        let mut client = Client::default();
        assert_eq!(client.awaits("ab".to_owned()).await, Ok(32));
        assert_eq!(client.blocks(7), Ok(10));
        let stats = breaker("traps: trait").stats();
        assert_eq!((stats.failed_calls, stats.successful_calls), (2, 1));
    }

    #[async_trait::async_trait]
    trait Boxed {
        async fn call(&mut self, id: &str) -> Outcome;

        #[retry(max_attempts = 2)]
        async fn provided(&self, ran: &AtomicU32) -> Outcome {
            tokio::task::yield_now().await;
            ran.fetch_add(1, Ordering::SeqCst);
            BAD
        }
    }

    #[async_trait::async_trait]
    impl Boxed for Client {
        #[retry]
        #[circuit_breaker(name = "traps: async_trait")]
        #[timeout(1s)]
        async fn call(&mut self, id: &str) -> Outcome {
            self.calls += 1;
            match self.calls {
                1 => {
                    BAD?;
                    unreachable!()
                }
                2 => std::future::pending().await,
                calls => Ok(calls * 10 + u32::try_from(id.len()).unwrap_or(0)),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn not_behind_async_trait() {
        let mut client: Box<dyn Boxed + Send> = Box::new(Client::default());
        assert_eq!(client.call("ab").await, Ok(32));
        let stats = breaker("traps: async_trait").stats();
        assert_eq!((stats.failed_calls, stats.successful_calls), (2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn not_in_a_provided_method_behind_async_trait() {
        let ran = AtomicU32::new(0);
        assert_eq!(Client::default().provided(&ran).await, BAD);
        assert_eq!(ran.into_inner(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn not_in_methods_of_any_receiver() {
        #[derive(Clone, Default)]
        struct Any(u32);

        impl Any {
            #[retry]
            async fn boxed(self: Box<Self>, ran: &Cell<u32>) -> Outcome {
                ran.set(ran.get() + 1);
                if ran.get() < 3 { BAD } else { Ok(self.0) }
            }

            #[retry]
            async fn pinned(self: Pin<&mut Self>, ran: &Cell<u32>) -> Outcome {
                ran.set(ran.get() + 1);
                if ran.get() < 3 { BAD } else { Ok(self.0) }
            }

            #[timeout(1s)]
            async fn consumed(self) -> Outcome {
                tokio::task::yield_now().await;
                Ok(self.0)
            }
        }

        assert_eq!(Box::new(Any(7)).boxed(&Cell::new(0)).await, Ok(7));
        assert_eq!(Pin::new(&mut Any(8)).pinned(&Cell::new(0)).await, Ok(8));
        assert_eq!(Any(9).consumed().await, Ok(9));
    }

    #[tokio::test(start_paused = true)]
    async fn not_when_an_argument_is_consumed_or_borrowed_exclusively() {
        #[timeout(1s)]
        async fn consumes(text: String) -> Result<String, Fault> {
            tokio::task::yield_now().await;
            Ok(text)
        }

        #[retry]
        async fn borrows(log: &mut Vec<u32>) -> Outcome {
            log.push(1);
            if log.len() < 3 { BAD } else { Ok(7) }
        }

        assert_eq!(consumes("text".to_owned()).await, Ok("text".to_owned()));
        assert_eq!(borrows(&mut Vec::new()).await, Ok(7));
    }
}

mod half_open_admits_everyone {
    use super::*;

    #[test]
    fn not_here_though_all_come_at_the_same_moment() {
        static RUNNING: AtomicU32 = AtomicU32::new(0);
        static RAN: AtomicU32 = AtomicU32::new(0);

        #[circuit_breaker(
            name = "traps: half-open", failure_threshold = 1, recovery_timeout = 1ms, half_open_max_calls = 1,
            success_threshold = 1000000
        )]
        fn call(outcome: Outcome) -> Outcome {
            assert_eq!(RUNNING.fetch_add(1, Ordering::SeqCst), 0, "one probe at a time");
            RAN.fetch_add(1, Ordering::SeqCst);
            thread::yield_now();
            RUNNING.fetch_sub(1, Ordering::SeqCst);
            outcome
        }

        assert_eq!(call(BAD), BAD);
        thread::sleep(Duration::from_millis(5));
        at_once(|| {
            for _ in 0..500 {
                let outcome = call(Ok(0));
                assert!(outcome == Ok(0) || outcome == OPEN, "{outcome:?}");
            }
        });
        assert!(RAN.load(Ordering::SeqCst) > 1);
        assert_eq!(breaker("traps: half-open").state(), CircuitState::HalfOpen);
    }
}

mod a_dropped_probe_keeps_its_place {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn not_here_nor_does_it_close_the_breaker() {
        #[circuit_breaker(
            name = "traps: dropped",
            failure_threshold = 1,
            half_open_max_calls = 1,
            success_threshold = 1
        )]
        async fn call(outcome: Option<Outcome>) -> Outcome {
            match outcome {
                Some(outcome) => outcome,
                None => std::future::pending().await,
            }
        }

        assert_eq!(call(Some(BAD)).await, BAD);
        advance(secs(30)).await;
        for _ in 0..5 {
            assert!(tokio::time::timeout(secs(1), call(None)).await.is_err());
            assert_eq!(breaker("traps: dropped").state(), CircuitState::HalfOpen);
        }
        assert_eq!(call(Some(Ok(7))).await, Ok(7));
        assert_eq!(breaker("traps: dropped").state(), CircuitState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn not_here_when_a_timeout_drops_it_which_opens_the_breaker_again() {
        #[timeout(1s)]
        #[circuit_breaker(
            name = "traps: hung probe",
            failure_threshold = 1,
            half_open_max_calls = 1,
            success_threshold = 1
        )]
        async fn call(outcome: Option<Outcome>) -> Outcome {
            match outcome {
                Some(outcome) => outcome,
                None => std::future::pending().await,
            }
        }

        assert_eq!(call(Some(BAD)).await, BAD);
        for _ in 0..5 {
            advance(secs(30)).await;
            assert_eq!(call(None).await, TIMED_OUT);
            assert_eq!(breaker("traps: hung probe").state(), CircuitState::Open);
        }
        advance(secs(30)).await;
        assert_eq!(call(Some(Ok(7))).await, Ok(7));
        assert_eq!(breaker("traps: hung probe").state(), CircuitState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn not_here_when_its_task_is_aborted() {
        #[circuit_breaker(
            name = "traps: aborted",
            failure_threshold = 1,
            half_open_max_calls = 1,
            success_threshold = 1
        )]
        async fn call(outcome: Option<Outcome>) -> Outcome {
            match outcome {
                Some(outcome) => outcome,
                None => std::future::pending().await,
            }
        }

        assert_eq!(call(Some(BAD)).await, BAD);
        advance(secs(30)).await;
        let probe = tokio::spawn(call(None));
        tokio::task::yield_now().await;
        assert_eq!(call(Some(Ok(7))).await, OPEN, "the probe is on its way");
        probe.abort();
        assert!(probe.await.expect_err("it was aborted").is_cancelled());
        assert_eq!(call(Some(Ok(7))).await, Ok(7));
    }
}

mod a_result_from_before_the_trip_changes_the_state_after_it {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn not_here_however_often_the_breaker_has_turned_since() {
        #[circuit_breaker(name = "traps: late", failure_threshold = 1, success_threshold = 1)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            told.await.unwrap_or(BAD)
        }

        let mut early = Vec::new();
        for outcome in [Ok(0), BAD] {
            let (end, told) = oneshot::channel();
            early.push((end, outcome, tokio::spawn(call(told))));
        }
        tokio::task::yield_now().await;
        for _ in 0..3 {
            let (end, told) = oneshot::channel();
            end.send(BAD).expect("it is heard");
            assert_eq!(call(told).await, BAD);
            advance(secs(30)).await;
            let (end, told) = oneshot::channel();
            end.send(Ok(0)).expect("it is heard");
            assert_eq!(call(told).await, Ok(0));
        }
        assert_eq!(breaker("traps: late").state(), CircuitState::Closed);
        for (end, outcome, call) in early {
            end.send(outcome).expect("it waits");
            assert_eq!(call.await.expect("it does not panic"), outcome);
            assert_eq!(breaker("traps: late").state(), CircuitState::Closed);
        }
        assert_eq!(breaker("traps: late").stats().failed_calls, 3 + 1);
    }
}

mod jitter_added_after_the_cap_exceeds_it {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn not_here_at_attempt_64_either() {
        #[retry(max_attempts = 200, base_delay = 1s, max_delay = 10s, jitter = 1.0, on_retry = |event| {
            longest.set(longest.get().max(event.delay));
        })]
        async fn call(longest: &Cell<Duration>) -> Outcome {
            BAD
        }

        let longest = Cell::default();
        assert_eq!(call(&longest).await, BAD);
        assert_eq!(longest.get(), secs(10));
    }
}

mod an_open_breaker_still_runs_the_call {
    use super::*;

    #[test]
    fn not_here_whoever_calls() {
        static RAN: AtomicU32 = AtomicU32::new(0);

        #[circuit_breaker(name = "traps: open", failure_threshold = 1, recovery_timeout = 1h)]
        fn call() -> Outcome {
            RAN.fetch_add(1, Ordering::SeqCst);
            BAD
        }

        assert_eq!(call(), BAD);
        at_once(|| {
            for _ in 0..500 {
                assert_eq!(call(), OPEN);
            }
        });
        assert_eq!(RAN.load(Ordering::SeqCst), 1);
        assert_eq!(breaker("traps: open").stats().rejected_calls, 8 * 500);
    }
}

mod a_limit_of_1_that_ran_8 {
    use super::*;

    static RUNNING: AtomicU32 = AtomicU32::new(0);

    #[bulkhead(name = "traps: limit", max_concurrent = 1, max_wait = 1min)]
    async fn awaits() -> Outcome {
        assert_eq!(RUNNING.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
        tokio::task::yield_now().await;
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        Ok(0)
    }

    #[bulkhead(name = "traps: limit")]
    fn blocks() -> Outcome {
        assert_eq!(RUNNING.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
        thread::yield_now();
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        Ok(0)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn not_here_sync_and_async_together() {
        let calls: Vec<_> = (0..200).map(|_| tokio::spawn(awaits())).collect();
        let threads = thread::spawn(|| {
            at_once(|| {
                for _ in 0..50 {
                    assert_eq!(blocks(), Ok(0));
                }
            });
        });
        for call in calls {
            assert_eq!(call.await.expect("it does not panic"), Ok(0));
        }
        threads.join().expect("it does not panic");
        assert_eq!(registry().bulkhead("traps: limit").expect("it has run").stats().accepted_calls, 200 + 8 * 50);
    }
}

mod observers_are_called_under_a_lock {
    use super::*;

    #[test]
    fn not_here_so_they_may_look_at_everything_and_call_anything() {
        #[circuit_breaker(name = "traps: observed", failure_threshold = 1, recovery_timeout = 1h)]
        #[bulkhead(name = "traps: observed", max_concurrent = 1)]
        fn observed(outcome: Outcome) -> Outcome {
            outcome
        }

        fn look_and_heal() {
            assert_eq!(registry().bulkhead("traps: observed").expect("it has run").in_flight(), 0);
            assert_eq!(breaker("traps: observed").state(), CircuitState::Open);
            breaker("traps: observed").reset();
            assert_eq!(observed(Ok(7)), Ok(7));
            registry().circuit_breaker_or_insert("traps: made by an observer", BreakerPolicy::new());
            assert_eq!(observed(BAD), BAD);
        }

        #[retry(
            base_delay = 0s, retry_if = |_| { look_and_heal(); true }, retry_if_ok = |_| { look_and_heal(); true },
            retry_after = |_| { look_and_heal(); None }, on_retry = |_| look_and_heal()
        )]
        #[circuit_breaker(name = "traps: observing", failure_if = |_| { look_and_heal(); true })]
        #[bulkhead(name = "traps: observing", max_concurrent = 1)]
        fn observing(ran: &Cell<u32>) -> Outcome {
            ran.set(ran.get() + 1);
            if ran.get() == 1 { BAD } else { Ok(ran.get()) }
        }

        assert_eq!(observed(BAD), BAD);
        assert_eq!(observing(&Cell::new(0)), Ok(3));
    }
}

mod waiting_in_a_body_that_calls_itself {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ends_with_a_refusal_and_not_in_a_deadlock() {
        #[bulkhead(max_concurrent = 2, max_wait = 1s)]
        async fn call(depth: u32) -> Outcome {
            sleep(secs(1)).await;
            if depth == 0 { Ok(0) } else { Box::pin(call(depth - 1)).await }
        }

        assert_eq!(call(1).await, Ok(0));
        assert_eq!(call(2).await, Err(Fault::Refused(ErrorKind::BulkheadFull)));
    }
}
