//! Timeouts, retries, breakers, bulkheads and fallbacks within each other act as each of them does alone.

use std::future::pending;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use resilient::{CircuitState, Error, bulkhead, circuit_breaker, deadline, fallback, registry, retry, timeout};
use resilient_tests::{breaker, millis, secs};
use tokio::time::{Instant, sleep};

#[derive(Debug, Clone, PartialEq)]
enum Fault {
    Own,
    TimedOut(Duration),
    Other(Error),
}

impl From<Error> for Fault {
    fn from(refusal: Error) -> Self {
        match refusal {
            Error::TimedOut { after, .. } => Self::TimedOut(after),
            other => Self::Other(other),
        }
    }
}

type Answer = Result<u32, Fault>;

/// Failed and ignored calls.
fn counted(name: &str) -> (u64, u64) {
    let stats = breaker(name).stats();
    (stats.failed_calls, stats.ignored_calls)
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_its_limit_and_its_failure() {
    #[timeout(10s)]
    #[retry(max_attempts = 3, backoff = constant, base_delay = 1s, jitter = none)]
    #[timeout(2s)]
    #[bulkhead(name = "nested: slots", max_concurrent = 1, max_wait = unlimited)]
    #[circuit_breaker(name = "nested: attempts", failure_threshold = 3)]
    async fn call() -> Answer {
        pending().await
    }

    let start = Instant::now();
    assert_eq!(call().await, Err(Fault::TimedOut(secs(2))));
    assert_eq!(start.elapsed(), secs(2 + 1 + 2 + 1 + 2));
    assert_eq!((counted("nested: attempts"), breaker("nested: attempts").state()), ((3, 0), CircuitState::Open));
    assert_eq!(registry().bulkhead("nested: slots").expect("it has run").in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_the_limit_of_all_cuts_short_is_no_failure() {
    #[timeout(4s)]
    #[retry(max_attempts = 3, backoff = constant, base_delay = 1s, jitter = none)]
    #[timeout(2s)]
    #[circuit_breaker(name = "nested: cut short")]
    async fn call() -> Answer {
        pending().await
    }

    let start = Instant::now();
    assert_eq!(call().await, Err(Fault::TimedOut(secs(4))));
    assert_eq!((start.elapsed(), counted("nested: cut short")), (secs(4), (1, 1)));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_ends_with_the_limit_of_all_is_that_limits() {
    #[timeout(3s)]
    #[fallback(value = 7)]
    #[retry(max_attempts = 2, backoff = constant, base_delay = 1s, jitter = none, exhausted = wrap)]
    #[timeout(1s)]
    async fn call() -> Result<u32, Error> {
        pending().await
    }

    let start = Instant::now();
    assert!(matches!(call().await, Err(Error::TimedOut { after, .. }) if after == secs(3)));
    assert_eq!(start.elapsed(), secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_grows_stays_below_the_limit_of_all() {
    #[timeout(10s)]
    #[retry(max_attempts = 5, backoff = constant, base_delay = 1s, jitter = none)]
    #[timeout(1s, step = 2s)]
    #[circuit_breaker(name = "nested: grows")]
    async fn call() -> Answer {
        pending().await
    }

    let start = Instant::now();
    assert_eq!(call().await, Err(Fault::TimedOut(secs(10))));
    // The third attempt began after 6 s, and its own limit was 5 s.
    assert_eq!((start.elapsed(), counted("nested: grows")), (secs(10), (2, 1)));
}

#[tokio::test(start_paused = true)]
async fn of_fallbacks_at_each_place_only_those_in_time_answer() {
    #[fallback(value = 1)]
    #[timeout(1s)]
    #[fallback(value = 2)]
    #[retry(max_attempts = 2, backoff = constant, base_delay = 900ms, jitter = none)]
    #[timeout(500ms)]
    async fn call(hangs: bool) -> Answer {
        if hangs { pending().await } else { Err(Fault::Own) }
    }

    #[fallback(value = 1)]
    #[timeout(1s)]
    #[fallback(value = 2)]
    #[timeout(10s)]
    async fn late() -> Answer {
        pending().await
    }

    let start = Instant::now();
    assert_eq!((call(false).await, start.elapsed()), (Ok(2), millis(900)));
    let start = Instant::now();
    assert_eq!((call(true).await, start.elapsed()), (Ok(2), millis(500)), "no pause fits after the first attempt");

    let start = Instant::now();
    assert_eq!((late().await, start.elapsed()), (Ok(1), secs(1)));
}

#[tokio::test(start_paused = true)]
async fn breakers_above_and_below_limits_each_see_what_hung() {
    #[circuit_breaker(name = "nested: outer")]
    #[timeout(1s)]
    #[retry]
    #[circuit_breaker(name = "nested: inner")]
    #[timeout(10s)]
    async fn call() -> Answer {
        pending().await
    }

    assert_eq!(call().await, Err(Fault::TimedOut(secs(1))));
    assert_eq!((counted("nested: outer"), counted("nested: inner")), ((1, 0), (1, 0)));
}

#[tokio::test(start_paused = true)]
async fn siblings_below_a_limit_have_their_own() {
    #[fallback(value = 7)]
    #[timeout(1s)]
    async fn short() -> Answer {
        pending().await
    }

    #[fallback(value = 8)]
    #[timeout(9s)]
    async fn long() -> Answer {
        pending().await
    }

    #[timeout(5s)]
    async fn both(answered: &std::cell::Cell<Option<Duration>>) -> Answer {
        let start = Instant::now();
        let short = async {
            let answer = short().await;
            answered.set(Some(start.elapsed()));
            answer
        };
        let (short, long) = tokio::join!(short, long());
        Ok(short? + long?)
    }

    let (start, answered) = (Instant::now(), std::cell::Cell::new(None));
    assert_eq!(both(&answered).await, Err(Fault::TimedOut(secs(5))));
    assert_eq!((start.elapsed(), answered.get()), (secs(5), Some(secs(1))));
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_a_hook_or_a_fallback_leaves_nothing_behind() {
    #[timeout(5s)]
    #[retry(on_retry = |_| panic!("the hook"))]
    #[circuit_breaker(name = "nested: hook")]
    async fn hook() -> Answer {
        Err(Fault::Own)
    }

    fn broken() -> Answer {
        panic!("the fallback")
    }

    #[timeout(5s)]
    #[fallback(broken)]
    #[timeout(1s)]
    #[circuit_breaker(name = "nested: fallback")]
    async fn answer() -> Answer {
        pending().await
    }

    assert!(tokio::spawn(hook()).await.expect_err("it panics").is_panic());
    assert!(tokio::spawn(answer()).await.expect_err("it panics").is_panic());
    assert_eq!(deadline(), None);
    assert_eq!((counted("nested: hook"), counted("nested: fallback")), ((1, 0), (1, 0)));
    sleep(secs(10)).await;
    assert_eq!(deadline(), None);
}

#[test]
fn a_panic_of_a_hook_below_a_sync_limit_leaves_nothing_behind() {
    #[timeout(5s, cooperative)]
    #[retry(on_retry = |_| panic!("the hook"))]
    #[circuit_breaker(name = "nested: sync hook")]
    fn in_place() -> Answer {
        Err(Fault::Own)
    }

    #[timeout(5s)]
    #[retry(on_retry = |_| panic!("the hook"))]
    #[circuit_breaker(name = "nested: sync hook")]
    fn on_a_helper() -> Answer {
        Err(Fault::Own)
    }

    assert!(std::panic::catch_unwind(in_place).is_err());
    assert!(std::panic::catch_unwind(on_a_helper).is_err());
    assert_eq!((deadline(), counted("nested: sync hook")), (None, (2, 0)));
}

#[test]
fn a_helper_within_a_limit_in_place_within_a_helper_ends_with_the_first_limit() {
    #[timeout(80ms)]
    fn outer(results: Sender<Answer>) -> Answer {
        let answer = in_place(&results);
        results.send(answer.clone()).expect("it is waited for");
        answer
    }

    #[timeout(20s, cooperative)]
    fn in_place(results: &Sender<Answer>) -> Answer {
        let answer = inner();
        results.send(answer.clone()).expect("it is waited for");
        answer
    }

    #[timeout(10s)]
    fn inner() -> Answer {
        std::thread::sleep(secs(2));
        Ok(7)
    }

    let (results, ended) = channel();
    let start = std::time::Instant::now();
    assert_eq!(outer(results), Err(Fault::TimedOut(millis(80))));
    let within: Vec<Answer> = ended.iter().collect();
    assert_eq!(within, [const { Err(Fault::TimedOut(millis(80))) }; 2]);
    assert!(start.elapsed() < secs(2), "nobody waited for the body");
}

/// A sync timeout is in real time, and a future below it runs in a runtime of its own.
mod async_calls_within_a_sync_limit {
    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime").block_on(future)
    }

    #[test]
    fn no_pause_begins_that_would_outlast_it() {
        #[retry(backoff = constant, base_delay = 10s, jitter = none)]
        async fn fails() -> Answer {
            Err(Fault::Own)
        }

        #[timeout(5s, cooperative)]
        fn call() -> Answer {
            block_on(fails())
        }

        let start = std::time::Instant::now();
        assert_eq!(call(), Err(Fault::Own));
        assert!(start.elapsed() < secs(5));
    }

    #[test]
    fn no_body_begins_in_a_slot_that_comes_after_it() {
        #[bulkhead(name = "nested: block on", max_concurrent = 1, max_wait = unlimited)]
        async fn waits() -> Answer {
            panic!("it is too late")
        }

        #[timeout(30ms, cooperative)]
        fn call() -> Answer {
            let bulkhead = registry().bulkhead("nested: block on").expect("an attribute names it");
            let slot = bulkhead.try_acquire().expect("free");
            block_on(async {
                let release = async {
                    sleep(millis(60)).await;
                    drop(slot);
                };
                tokio::join!(waits(), release).0
            })
        }

        assert_eq!(call(), Err(Fault::TimedOut(millis(30))));
    }

    #[test]
    fn one_of_its_own_that_is_shorter_acts() {
        #[fallback(value = 7)]
        #[timeout(5ms)]
        async fn hangs() -> Answer {
            pending().await
        }

        #[timeout(60s)]
        fn call() -> Answer {
            block_on(hangs())
        }

        assert_eq!(call(), Ok(7));
    }
}
