//! Every attribute on sync functions: they hold up the thread, and need no runtime.
#![allow(clippy::unnecessary_wraps, reason = "a fallback returns what the function does")]

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use resilient::{CircuitState, ErrorKind, bulkhead, circuit_breaker, fallback, registry, retry, timeout};
use resilient_tests::millis;

#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{self:?}")]
enum Fault {
    Own,
    Other,
    Refused(ErrorKind),
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused(refusal.kind())
    }
}

type Outcome = Result<u32, Fault>;

const BAD: Outcome = Err(Fault::Own);

const fn refused(kind: ErrorKind) -> Outcome {
    Err(Fault::Refused(kind))
}

fn count(ran: &Cell<u32>) -> u32 {
    ran.set(ran.get() + 1);
    ran.get()
}

mod retrying {
    use super::*;

    #[test]
    fn makes_attempts_until_one_succeeds() {
        #[retry(max_attempts = 5, base_delay = 0s)]
        fn call(success: u32, ran: &Cell<u32>) -> Outcome {
            let attempt = count(ran);
            if attempt < success { BAD } else { Ok(attempt) }
        }

        assert_eq!(call(1, &Cell::new(0)), Ok(1));
        assert_eq!(call(3, &Cell::new(0)), Ok(3));
        let ran = Cell::new(0);
        assert_eq!(call(6, &ran), BAD);
        assert_eq!(ran.get(), 5);
    }

    #[test]
    fn pauses_between_them_by_holding_up_the_thread() {
        #[retry(base_delay = 5ms, jitter = none)]
        fn call(starts: &RefCell<Vec<Instant>>) -> Outcome {
            starts.borrow_mut().push(Instant::now());
            BAD
        }

        let starts = RefCell::default();
        assert_eq!(call(&starts), BAD);
        let pauses: Vec<_> = starts.borrow().windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(pauses.len() == 2 && pauses[0] >= millis(5) && pauses[1] >= millis(10), "{pauses:?}");
    }

    #[test]
    fn takes_every_setting() {
        #[retry(
            max_attempts = 4, backoff = constant, base_delay = 1ms, max_delay = 1ms, jitter = 0.5, max_elapsed = 1h,
            retry_on(Fault::Own), retry_if_ok = |attempt| *attempt < 3, retry_after = |_| Some(Duration::ZERO),
            max_retry_after = 1ms, on_retry = |event| events.borrow_mut().push(event.attempt), exhausted = wrap,
            bind = attempt
        )]
        fn call(events: &RefCell<Vec<u32>>) -> Outcome {
            if attempt.number() == 2 { BAD } else { Ok(attempt.number()) }
        }

        let events = RefCell::default();
        assert_eq!(call(&events), Ok(3));
        assert_eq!(*events.borrow(), [1, 2]);
    }

    #[test]
    fn clones_a_mut_argument_for_each_attempt() {
        #[retry(base_delay = 0s)]
        fn call(mut text: String, lengths: &RefCell<Vec<usize>>) -> Result<(), String> {
            text.push('!');
            lengths.borrow_mut().push(text.len());
            Err(text)
        }

        let lengths = RefCell::default();
        assert_eq!(call("no".to_owned(), &lengths), Err("no!".to_owned()));
        assert_eq!(*lengths.borrow(), [3, 3, 3]);
    }

    #[test]
    fn leaves_only_the_attempt_by_question_mark_and_return() {
        #[retry(base_delay = 0s)]
        fn call(ran: &Cell<u32>) -> Outcome {
            match count(ran) {
                1 => BAD?,
                2 => return BAD,
                attempt => return Ok(attempt),
            };
            unreachable!()
        }

        assert_eq!(call(&Cell::new(0)), Ok(3));
    }

    #[test]
    fn waits_for_a_breaker_where_that_is_wished() {
        #[retry(max_attempts = 2, base_delay = 0s, retry_refused(circuit_open))]
        #[circuit_breaker(name = "sync: waits", failure_threshold = 1, recovery_timeout = 10ms)]
        fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert!(call(BAD).is_err());
        assert_eq!(call(Ok(7)), Ok(7));
    }
}

mod breaking {
    use super::*;

    #[test]
    fn opens_and_recovers_without_a_runtime() {
        #[circuit_breaker(
            name = "sync: breaking", failure_threshold = 2, recovery_timeout = 100ms, success_threshold = 1,
            failure_on(Fault::Own)
        )]
        fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(BAD), BAD);
        assert_eq!(call(Err(Fault::Other)), Err(Fault::Other));
        assert_eq!(call(BAD), BAD);
        let breaker = registry().circuit_breaker("sync: breaking").expect("it has run");
        assert_eq!(breaker.state(), CircuitState::Open);
        thread::sleep(millis(110));
        assert_eq!(call(Ok(7)), Ok(7));
        assert_eq!(breaker.state(), CircuitState::Closed);
    }

    #[test]
    fn refuses_without_running_the_body() {
        #[circuit_breaker(name = "sync: refuses", failure_threshold = 1, recovery_timeout = 1h)]
        fn call(ran: &Cell<u32>) -> Outcome {
            count(ran);
            BAD
        }

        let ran = Cell::new(0);
        assert_eq!(call(&ran), BAD);
        assert_eq!(call(&ran), refused(ErrorKind::CircuitOpen));
        assert_eq!(ran.get(), 1);
    }

    #[test]
    fn takes_every_setting() {
        #[circuit_breaker(
            name = "sync: settings", failure_rate = 0.5, window = 10s, min_calls = 2, slow_call = 1h, slow_call_rate = 0.5,
            recovery_timeout = 1min, recovery_backoff = 2.0, max_recovery_timeout = 1h, half_open_max_calls = 1,
            success_threshold = 1, failure_if = |fault| *fault == Fault::Own, map_err = |_| Fault::Other
        )]
        fn call(outcome: Outcome) -> Outcome {
            outcome
        }

        assert_eq!(call(Ok(1)), Ok(1));
        assert_eq!(call(BAD), BAD);
        assert_eq!(call(Ok(1)), Err(Fault::Other));
    }
}

mod limiting {
    use super::*;

    #[test]
    fn in_time_is_done_on_a_helper_thread() {
        #[timeout(10ms)]
        fn call(release: Receiver<()>) -> Outcome {
            let _ = release.recv();
            Ok(0)
        }

        let (release, released) = channel();
        assert_eq!(call(released), refused(ErrorKind::TimedOut));
        drop(release);
    }

    #[test]
    fn in_number_holds_a_slot_for_the_body() {
        #[bulkhead(name = "sync: limiting", max_concurrent = 1)]
        fn call(depth: u32) -> Outcome {
            if depth == 0 { Ok(0) } else { call(depth - 1) }
        }

        assert_eq!(call(0), Ok(0));
        assert_eq!(call(1), refused(ErrorKind::BulkheadFull));
        assert_eq!(call(0), Ok(0));
    }
}

mod answering {
    use super::*;

    fn from_cache(id: u32, _: &str) -> Outcome {
        Ok(id * 10)
    }

    #[test]
    fn is_done_by_a_path_a_closure_a_value_or_the_default() {
        #[fallback(from_cache)]
        fn by_path(id: u32, name: &str) -> Outcome {
            BAD
        }

        #[fallback(|error| { assert_eq!(error, Fault::Own); Ok(id + u32::try_from(name.len()).unwrap_or(0)) })]
        fn by_closure(id: u32, name: &str) -> Outcome {
            BAD
        }

        #[fallback(value = id + 1)]
        fn by_value(id: u32) -> Outcome {
            BAD
        }

        #[fallback(default)]
        fn by_default() -> Outcome {
            BAD
        }

        assert_eq!(by_path(7, "x"), Ok(70));
        assert_eq!(by_closure(7, "abc"), Ok(10));
        assert_eq!(by_value(7), Ok(8));
        assert_eq!(by_default(), Ok(0));
    }
}

mod all_five {
    use super::*;

    #[derive(Clone, Default)]
    struct Ran(Arc<AtomicU32>);

    impl Ran {
        fn count(&self) -> u32 {
            self.0.fetch_add(1, Ordering::SeqCst) + 1
        }

        fn take(&self) -> u32 {
            self.0.swap(0, Ordering::SeqCst)
        }
    }

    fn cached(outcomes: Vec<Outcome>, _: Ran) -> Outcome {
        Ok(u32::try_from(outcomes.into_iter().len()).unwrap_or(0) * 100)
    }

    #[test]
    fn act_together_on_a_helper_thread() {
        #[fallback(cached)]
        #[retry(base_delay = 0s)]
        #[circuit_breaker(name = "sync: five", failure_threshold = 5, recovery_timeout = 1h)]
        #[timeout(60s)]
        #[bulkhead(name = "sync: five", max_concurrent = 1)]
        fn call(outcomes: Vec<Outcome>, ran: Ran) -> Outcome {
            outcomes[ran.count() as usize - 1]
        }

        let ran = Ran::default();
        assert_eq!(call(vec![BAD, BAD, Ok(7)], ran.clone()), Ok(7));
        assert_eq!(ran.take(), 3);
        assert_eq!(call(vec![BAD, BAD, BAD], ran.clone()), Ok(300), "answered when the attempts ran out");
        assert_eq!(ran.take(), 3);
        assert_eq!(call(vec![BAD, BAD, BAD], ran.clone()), Ok(300), "the second failure more opened the breaker");
        assert_eq!(ran.take(), 2);
        assert_eq!(call(vec![], ran.clone()), Ok(0));
        assert_eq!(ran.take(), 0);
        let breaker = registry().circuit_breaker("sync: five").expect("it has run");
        assert_eq!(breaker.state(), CircuitState::Open);
        let bulkhead = registry().bulkhead("sync: five").expect("it has run");
        assert_eq!((bulkhead.in_flight(), bulkhead.stats().accepted_calls), (0, 3 + 3 + 2));
    }

    #[test]
    fn act_together_in_place_on_borrowed_arguments() {
        struct Client {
            ran: Cell<u32>,
            log: Vec<u32>,
        }

        impl Client {
            fn cached(&mut self, _: &[Outcome]) -> Outcome {
                Ok(self.ran.take() * 100)
            }

            #[fallback(Self::cached)]
            #[retry(base_delay = 0s, bind = attempt)]
            #[circuit_breaker(name = "sync: five in place")]
            #[timeout(60s, cooperative)]
            #[bulkhead(max_concurrent = 1)]
            fn call(&mut self, outcomes: &[Outcome]) -> Outcome {
                self.log.push(attempt.number());
                outcomes[count(&self.ran) as usize - 1]
            }
        }

        let mut client = Client { ran: Cell::new(0), log: Vec::new() };
        assert_eq!(client.call(&[BAD, Ok(7)]), Ok(7));
        client.ran.set(0);
        assert_eq!(client.call(&[BAD, BAD, BAD]), Ok(300));
        assert_eq!(client.log, [1, 2, 1, 2, 3]);
    }

    #[test]
    fn let_a_panic_through() {
        #[fallback(value = 7)]
        #[retry(base_delay = 0s)]
        #[circuit_breaker(name = "sync: five panics", failure_threshold = 1)]
        #[timeout(60s)]
        #[bulkhead(name = "sync: five panics", max_concurrent = 1)]
        fn call() -> Outcome {
            panic!("on purpose")
        }

        let panic = std::panic::catch_unwind(call).expect_err("it panicked");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
        let breaker = registry().circuit_breaker("sync: five panics").expect("it has run");
        assert_eq!(breaker.state(), CircuitState::Open);
        assert_eq!(registry().bulkhead("sync: five panics").expect("it has run").in_flight(), 0);
    }
}

/// A sync function may be called in an async one, as long as it is quick.
mod within_a_runtime {
    use super::*;
    use std::pin::pin;
    use std::task::Poll;

    #[tokio::test]
    async fn it_acts_as_without_one() {
        #[fallback(value = 7)]
        #[retry(base_delay = 1ms)]
        #[timeout(60s)]
        #[bulkhead(max_concurrent = 1)]
        fn call(fails: bool) -> Outcome {
            if fails { BAD } else { Ok(1) }
        }

        assert_eq!(call(false), Ok(1));
        assert_eq!(call(true), Ok(7));
    }

    /// Leaves the task nothing of tokio's budget, as a task that worked for long has it.
    async fn use_up_the_budget() {
        std::future::poll_fn(|context| {
            for _ in 0..10_000 {
                if pin!(tokio::task::consume_budget()).poll(context).is_pending() {
                    return Poll::Ready(());
                }
            }
            panic!("the budget has no end");
        })
        .await;
    }

    #[tokio::test]
    async fn it_waits_for_a_slot_also_when_the_task_has_used_up_its_budget() {
        #[bulkhead(name = "sync: budget", max_concurrent = 1, max_wait = 10s)]
        fn call() -> Outcome {
            Ok(7)
        }

        assert_eq!(call(), Ok(7));
        let bulkhead = registry().bulkhead("sync: budget").expect("it has run");
        let slot = bulkhead.try_acquire().expect("free");
        let release = thread::spawn(move || {
            while bulkhead.waiting() == 0 {
                thread::yield_now();
            }
            drop(slot);
        });
        use_up_the_budget().await;
        assert_eq!(call(), Ok(7));
        release.join().expect("it does not panic");
    }
}

mod the_runtime_of_the_caller {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use tokio::runtime::{Builder, Handle, Runtime};

    use super::*;

    type Outcome<T> = Result<T, resilient::Error>;

    /// Awaits something that another task of the runtime does.
    fn use_the_runtime() -> u32 {
        let handle = Handle::current();
        handle.block_on(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            tokio::spawn(async { 7 }).await.expect("it does not panic")
        })
    }

    #[timeout(60s)]
    fn limited() -> Outcome<u32> {
        Ok(use_the_runtime())
    }

    #[timeout(60s)]
    fn limited_twice() -> Outcome<u32> {
        limited()
    }

    #[timeout(60s)]
    fn has_runtime() -> Outcome<bool> {
        Ok(Handle::try_current().is_ok())
    }

    fn runtimes() -> [Runtime; 2] {
        let threads = Builder::new_multi_thread().worker_threads(2).enable_time().build();
        let one_thread = Builder::new_current_thread().enable_time().build();
        [threads.expect("a runtime"), one_thread.expect("a runtime")]
    }

    #[test]
    fn serves_the_body_at_every_depth() {
        let [threads, one_thread] = runtimes();
        // On a thread that may block, as under `spawn_blocking` itself.
        for limited in [limited, limited_twice] {
            let call = async { tokio::task::spawn_blocking(limited).await.expect("it does not panic") };
            assert_eq!(threads.block_on(call).ok(), Some(7));
            let call = async { tokio::task::spawn_blocking(limited).await.expect("it does not panic") };
            assert_eq!(one_thread.block_on(call).ok(), Some(7));
        }
    }

    #[test]
    fn is_the_one_that_was_entered_and_not_that_of_an_earlier_call() {
        for runtime in runtimes() {
            let _entered = runtime.enter();
            assert_eq!(has_runtime().ok(), Some(true));
        }
        for _ in 0..10 {
            assert_eq!(has_runtime().ok(), Some(false), "outside there is none, whichever thread serves");
        }
    }

    #[test]
    fn runs_a_task_that_the_body_spawns() {
        #[timeout(60s)]
        fn spawns() -> Outcome<tokio::task::JoinHandle<u32>> {
            Ok(tokio::spawn(async { 7 }))
        }

        for runtime in runtimes() {
            let spawned = async { spawns()?.await.map_err(|_| unreachable!("it does not panic")) };
            let answer: Outcome<u32> = runtime.block_on(spawned);
            assert_eq!(answer.ok(), Some(7));
        }
    }

    #[test]
    fn shuts_down_though_a_body_runs_on() {
        #[timeout(5ms)]
        fn hangs(release: Receiver<()>) -> Outcome<()> {
            let _ = release.recv();
            Ok(())
        }

        for runtime in runtimes() {
            let (release, released) = channel::<()>();
            let entered = runtime.enter();
            assert!(hangs(released).is_err_and(|error| error.is_timed_out()));
            drop(entered);
            // It would wait for a task, or for a blocking one; the test would hang here.
            drop(runtime);
            drop(release);
        }
    }
    #[test]
    fn gives_its_clock_to_the_body_and_a_retry_ends_though_that_stands_still() {
        #[timeout(60s)]
        #[retry(max_attempts = unlimited, max_elapsed = 20ms, base_delay = 5ms, jitter = none, backoff = constant)]
        fn fails() -> Outcome<Duration> {
            let late = resilient::TimeoutPolicy::new(Duration::from_nanos(1)).call_cooperative(|| {
                thread::sleep(AGES);
                Ok(AGES)
            });
            late.map_err(resilient::Failure::into_error)
        }

        #[timeout(60s)]
        fn paused_time() -> Outcome<Duration> {
            let start = tokio::time::Instant::now();
            thread::sleep(AGES);
            Ok(start.elapsed())
        }

        const AGES: Duration = Duration::from_millis(2);
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            assert_eq!(paused_time().ok(), Some(Duration::ZERO));
            assert!(fails().is_err());
        });
    }
}
