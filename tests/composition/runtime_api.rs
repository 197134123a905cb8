//! The policies and the shared state without any attribute.

use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use resilient::{
    Attempt, Attempts, Backoff, BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, Error, ErrorKind, Failure,
    Jitter, Name, RetryPolicy, TimeoutPolicy, deadline,
};
use resilient_tests::{millis, secs};
use tokio::time::{Instant, advance, sleep};

/// Without jitter, so that its pauses are known.
const STEADY: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

const fn number(attempt: Attempt) -> u32 {
    attempt.number()
}

mod a_loop_over_attempts {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_before_each_but_the_first() {
        let (start, mut attempts, mut seen) = (Instant::now(), STEADY.max_attempts(4).attempts(), Vec::new());
        while let Some(attempt) = attempts.next().await {
            seen.push((attempt.number(), attempt.is_last(), attempt.elapsed(), start.elapsed().as_millis()));
        }
        let expected = [(1, false, 0), (2, false, 100), (3, false, 300), (4, true, 700)];
        assert_eq!(seen, expected.map(|(number, last, at)| (number, last, millis(at), u128::from(at))));
        assert_eq!(start.elapsed(), millis(700), "no pause after the last");
        assert!(attempts.next().await.is_none(), "it stays at its end");
    }

    #[tokio::test(start_paused = true)]
    async fn counts_no_attempt_for_a_pause_that_was_dropped() {
        let (start, mut attempts) = (Instant::now(), STEADY.attempts());
        assert!(attempts.next().await.is_some());
        assert!(tokio::time::timeout(millis(50), attempts.next()).await.is_err());
        assert_eq!(attempts.next().await.map(number), Some(2));
        assert_eq!(start.elapsed(), millis(100), "it pauses on");
    }

    #[tokio::test(start_paused = true)]
    async fn counts_no_pause_that_was_dropped() {
        let ten_seconds = STEADY.base_delay(secs(10)).max_elapsed(secs(60));
        let (start, mut attempts) = (Instant::now(), ten_seconds.attempts());
        assert!(attempts.next().await.is_some());
        for _ in 0..7 {
            let mut next = pin!(attempts.next());
            assert!(next.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        assert_eq!(attempts.next().await.map(number), Some(2));
        assert_eq!(start.elapsed(), secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn keeps_what_the_server_asked_for_when_a_pause_is_dropped() {
        let (start, mut attempts) = (Instant::now(), STEADY.attempts());
        assert!(attempts.next().await.is_some());
        attempts.retry_after(secs(7));
        assert!(tokio::time::timeout(secs(1), attempts.next()).await.is_err());
        assert_eq!(attempts.next().await.map(number), Some(2));
        assert_eq!(start.elapsed(), secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn takes_what_the_server_asks_for_in_place_of_a_pause_that_was_dropped() {
        let (start, mut attempts) = (Instant::now(), STEADY.base_delay(secs(50)).attempts());
        assert!(attempts.next().await.is_some());
        assert!(tokio::time::timeout(secs(1), attempts.next()).await.is_err());
        attempts.retry_after(secs(7));
        assert_eq!(attempts.next().await.map(number), Some(2));
        assert_eq!(start.elapsed(), secs(1 + 7));
    }

    #[tokio::test(start_paused = true)]
    async fn does_not_go_on_after_a_pause_that_was_too_long() {
        let mut attempts = STEADY.max_elapsed(secs(5)).attempts();
        assert!(attempts.next().await.is_some());
        attempts.retry_after(secs(6));
        assert!(attempts.next().await.is_none());
        assert!(attempts.next().await.is_none(), "it stays at its end");
    }

    #[tokio::test(start_paused = true)]
    async fn makes_progress_beside_what_happens_more_often() {
        let (mut attempts, mut ticks) = (STEADY.attempts(), tokio::time::interval(millis(30)));
        let (start, mut numbers) = (Instant::now(), Vec::new());
        while numbers.len() < 3 {
            tokio::select! {
                biased;
                attempt = attempts.next() => numbers.extend(attempt.map(number)),
                _ = ticks.tick() => {}
            }
        }
        assert_eq!((numbers, start.elapsed()), (vec![1, 2, 3], millis(100 + 200)));
    }

    #[tokio::test(start_paused = true)]
    async fn comes_to_the_end_of_a_pause_that_is_dropped_at_each_poll() {
        let polled_once = |attempts: &mut Attempts| {
            let next = pin!(attempts.next());
            next.poll(&mut Context::from_waker(Waker::noop()))
        };
        let mut attempts = STEADY.attempts();
        assert!(polled_once(&mut attempts).is_ready());
        assert!(polled_once(&mut attempts).is_pending());
        advance(millis(100)).await;
        assert_eq!(polled_once(&mut attempts).map(|attempt| attempt.map(number)), Poll::Ready(Some(2)));

        let mut without_pauses = STEADY.base_delay(Duration::ZERO).attempts();
        assert!(polled_once(&mut without_pauses).is_ready());
        assert!(polled_once(&mut without_pauses).is_pending(), "others have their turn");
        advance(millis(1)).await;
        assert_eq!(polled_once(&mut without_pauses).map(|attempt| attempt.map(number)), Poll::Ready(Some(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn ends_by_its_completed_pauses_where_the_clock_stands_still() {
        let policy = STEADY.backoff(Backoff::Constant).base_delay(millis(2)).unlimited_attempts();
        let mut attempts = policy.max_elapsed(millis(7)).attempts();
        let mut made = 0;
        while attempts.next_blocking().is_some() {
            made += 1;
        }
        assert_eq!(made, 1 + 3);
    }

    #[tokio::test(start_paused = true)]
    async fn takes_pauses_that_were_asked_for_up_to_their_cap() {
        let mut attempts = STEADY.max_attempts(4).max_retry_after(secs(60)).attempts();
        let (start, mut starts) = (Instant::now(), Vec::new());
        while let Some(attempt) = attempts.next().await {
            starts.push(start.elapsed());
            match attempt.number() {
                1 => attempts.retry_after(secs(7)),
                2 => attempts.retry_after(secs(3600)),
                _ => {}
            }
        }
        assert_eq!(starts, [secs(0), secs(7), secs(67), secs(67) + millis(400)]);
    }

    #[tokio::test(start_paused = true)]
    async fn ends_with_max_elapsed() {
        let mut attempts = STEADY.unlimited_attempts().max_elapsed(secs(1)).attempts();
        let start = Instant::now();
        let mut made = 0;
        while attempts.next().await.is_some() {
            made += 1;
        }
        assert_eq!((made, start.elapsed()), (4, millis(700)));
    }

    #[test]
    fn may_hold_up_the_thread_instead() {
        let mut attempts = STEADY.base_delay(millis(2)).attempts();
        let start = std::time::Instant::now();
        let mut numbers = Vec::new();
        while let Some(attempt) = attempts.next_blocking() {
            numbers.push(attempt.number());
        }
        assert_eq!(numbers, [1, 2, 3]);
        assert!(start.elapsed() >= millis(2 + 4));
    }
}

mod retrying {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn run_makes_the_future_again_until_it_succeeds() {
        let (start, mut made) = (Instant::now(), 0);
        let answer = STEADY
            .run(|| {
                made += 1;
                let outcome = if made < 3 { Err(made) } else { Ok(made * 10) };
                async move {
                    sleep(secs(1)).await;
                    outcome
                }
            })
            .await;
        assert_eq!(answer, Ok(30));
        assert_eq!(start.elapsed(), secs(3) + millis(100 + 200));
    }

    #[tokio::test(start_paused = true)]
    async fn run_gives_the_last_error() {
        let mut made = 0;
        let answer = STEADY
            .run(|| {
                made += 1;
                std::future::ready(Err::<(), _>(made))
            })
            .await;
        assert_eq!(answer, Err(3));
    }

    #[test]
    fn call_makes_the_call_again_until_it_succeeds() {
        let mut made = 0;
        let answer: Result<_, ()> = STEADY.base_delay(Duration::ZERO).call(|| {
            made += 1;
            if made < 3 { Err(()) } else { Ok(made) }
        });
        assert_eq!(answer, Ok(3));
    }

    #[test]
    fn call_gives_the_last_error() {
        let mut made = 0;
        let answer = STEADY.base_delay(Duration::ZERO).max_attempts(5).call(|| {
            made += 1;
            Err::<(), _>(made)
        });
        assert_eq!(answer, Err(5));
    }
}

mod delays {
    use super::*;

    fn delays(policy: &RetryPolicy) -> Vec<u128> {
        (1..=5).map(|attempt| policy.delay(attempt).as_millis()).collect()
    }

    #[test]
    fn are_those_of_the_backoff_before_jitter() {
        let policy = RetryPolicy::new();
        assert_eq!(delays(&policy), [100, 200, 400, 800, 1600]);
        assert_eq!(delays(&policy.exponential_base(3.0)), [100, 300, 900, 2700, 8100]);
        assert_eq!(delays(&policy.backoff(Backoff::Linear)), [100, 200, 300, 400, 500]);
        assert_eq!(delays(&policy.backoff(Backoff::Constant)), [100, 100, 100, 100, 100]);
        assert_eq!(delays(&policy.backoff(Backoff::Fibonacci)), [100, 100, 200, 300, 500]);
        assert_eq!(delays(&policy.base_delay(secs(20))), [20_000, 40_000, 60_000, 60_000, 60_000]);
    }

    #[test]
    fn do_not_overflow() {
        for backoff in [Backoff::Exponential, Backoff::Linear, Backoff::Fibonacci, Backoff::Decorrelated] {
            let policy = RetryPolicy::new().backoff(backoff).max_delay(Duration::MAX);
            for attempt in [63, 64, 65, 1000, u32::MAX] {
                assert!(policy.delay(attempt) > policy.delay(1), "{backoff:?} {attempt}");
                assert_eq!(policy.max_delay(secs(5)).delay(attempt), secs(5), "{backoff:?} {attempt}");
            }
        }
    }
}

mod policies {
    use super::*;

    #[test]
    fn are_constants_with_every_setting() {
        const RETRY: RetryPolicy = RetryPolicy::new()
            .max_attempts(5)
            .backoff(Backoff::Exponential)
            .base_delay(millis(50))
            .max_delay(secs(5))
            .exponential_base(1.5)
            .jitter(Jitter::Equal)
            .max_elapsed(secs(60))
            .max_retry_after(secs(120))
            .retry_timed_out(true)
            .retry_bulkhead_full(false)
            .retry_circuit_open(true)
            .checked();
        const BREAKER: BreakerPolicy = BreakerPolicy::new()
            .failure_rate(0.5)
            .time_window(secs(10))
            .min_calls(20)
            .slow_call(secs(2), 0.8)
            .recovery_timeout(secs(10))
            .recovery_backoff(2.0)
            .max_recovery_timeout(secs(300))
            .half_open_max_calls(1)
            .success_threshold(1)
            .checked();
        const TIMEOUT: TimeoutPolicy = TimeoutPolicy::new(secs(2)).step(secs(1)).checked();
        const BULKHEAD: BulkheadPolicy = BulkheadPolicy::new(10).max_wait(secs(5)).max_queue(100).checked();

        assert_ne!(RETRY, RetryPolicy::new());
        assert_ne!(BREAKER, BreakerPolicy::new());
        assert_eq!([1, 2, 3].map(|attempt| TIMEOUT.limit(attempt)), [secs(2), secs(3), secs(4)]);
        assert_eq!(Bulkhead::new("api: constant", BULKHEAD).limit(), 10);
    }

    #[test]
    fn have_the_defaults_of_the_attributes() {
        assert_eq!(RetryPolicy::default(), RetryPolicy::new());
        assert_eq!(BreakerPolicy::default(), BreakerPolicy::new());
        let retry = RetryPolicy::new()
            .max_attempts(3)
            .backoff(Backoff::Exponential)
            .base_delay(millis(100))
            .max_delay(secs(60))
            .exponential_base(2.0)
            .jitter(Jitter::Full)
            .max_retry_after(secs(300))
            .retry_timed_out(true)
            .retry_bulkhead_full(true)
            .retry_circuit_open(false);
        assert_eq!(retry, RetryPolicy::new());
        let breaker = BreakerPolicy::new()
            .failure_threshold(5)
            .recovery_timeout(secs(30))
            .recovery_backoff(1.0)
            .max_recovery_timeout(secs(600))
            .half_open_max_calls(3)
            .success_threshold(2);
        assert_eq!(breaker, BreakerPolicy::new());
    }

    #[cfg(debug_assertions)]
    #[test]
    fn panic_in_debug_builds_when_a_value_makes_no_sense() {
        let wrong: [(&str, fn()); 22] = [
            ("max_attempts", || drop_it(RetryPolicy::new().max_attempts(0))),
            ("exponential_base", || drop_it(RetryPolicy::new().exponential_base(0.5))),
            ("exponential_base", || drop_it(RetryPolicy::new().exponential_base(f64::NAN))),
            ("jitter", || drop_it(RetryPolicy::new().jitter(Jitter::Factor(1.5)))),
            ("max_elapsed", || drop_it(RetryPolicy::new().max_elapsed(Duration::ZERO))),
            ("failure_threshold", || drop_it(BreakerPolicy::new().failure_threshold(0))),
            ("failure_rate", || drop_it(BreakerPolicy::new().failure_rate(0.0))),
            ("failure_rate", || drop_it(BreakerPolicy::new().failure_rate(1.1))),
            ("window", || drop_it(BreakerPolicy::new().count_window(0))),
            ("window", || drop_it(BreakerPolicy::new().time_window(Duration::ZERO))),
            ("min_calls", || drop_it(BreakerPolicy::new().min_calls(0))),
            ("slow_call", || drop_it(BreakerPolicy::new().slow_call(Duration::ZERO, 0.5))),
            ("slow_call_rate", || drop_it(BreakerPolicy::new().slow_call(secs(1), 0.0))),
            ("recovery_timeout", || drop_it(BreakerPolicy::new().recovery_timeout(Duration::ZERO))),
            ("recovery_backoff", || drop_it(BreakerPolicy::new().recovery_backoff(0.9))),
            ("half_open_max_calls", || drop_it(BreakerPolicy::new().half_open_max_calls(0))),
            ("probe_timeout", || drop_it(BreakerPolicy::new().probe_timeout(Duration::ZERO))),
            ("at least 10ms", || drop_it(BreakerPolicy::new().time_window(Duration::from_millis(9)))),
            ("success_threshold", || drop_it(BreakerPolicy::new().success_threshold(0))),
            ("timeout", || drop_it(TimeoutPolicy::new(Duration::ZERO))),
            ("max_concurrent", || drop_it(BulkheadPolicy::new(0))),
            ("max_concurrent", || drop_it(BulkheadPolicy::new(1).max_concurrent(0))),
        ];
        for (about, make) in wrong {
            assert_panics_about(about, make);
        }
    }

    #[test]
    fn contradictions_are_found_when_checked() {
        let wrong: [(&str, fn()); 4] = [
            ("base_delay", || drop_it(RetryPolicy::new().base_delay(secs(2)).max_delay(secs(1)).checked())),
            ("max_elapsed", || drop_it(RetryPolicy::new().unlimited_attempts().checked())),
            ("min_calls", || drop_it(BreakerPolicy::new().failure_rate(0.5).count_window(5).min_calls(6).checked())),
            ("max_recovery_timeout", || {
                let policy = BreakerPolicy::new().recovery_timeout(secs(9)).recovery_backoff(2.0);
                drop_it(policy.max_recovery_timeout(secs(1)).checked());
            }),
        ];
        for (about, make) in wrong {
            assert_panics_about(about, make);
        }
    }

    fn drop_it<T>(_: T) {}

    fn assert_panics_about(about: &str, make: fn()) {
        let panic = catch_unwind(make).expect_err(about);
        let message = panic.downcast_ref::<String>().cloned().unwrap_or_default();
        let message = panic.downcast_ref::<&str>().map_or(message, |text| (*text).to_owned());
        assert!(message.contains(about), "{about}: {message}");
    }
}

mod timeouts {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn run_limits_a_future() {
        const LIMIT: TimeoutPolicy = TimeoutPolicy::new(secs(2));

        assert_eq!(LIMIT.run_infallible(async { 7 }).await.ok(), Some(7));
        let start = Instant::now();
        let refusal = LIMIT.run_infallible(sleep(secs(9))).await.expect_err("it is late");
        assert!(matches!(refusal, Error::TimedOut { after, .. } if after == secs(2)), "{refusal}");
        assert_eq!(start.elapsed(), secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn run_keeps_the_error_apart_from_the_refusal() {
        let limit = TimeoutPolicy::new(secs(2));
        let waits = async |takes, outcome: Result<u32, &'static str>| {
            sleep(takes).await;
            outcome
        };
        assert!(matches!(limit.run(waits(secs(1), Ok(7))).await, Ok(7)));
        assert!(matches!(limit.run(waits(secs(1), Err("own"))).await, Err(Failure::Inner("own"))));
        let late = limit.run(waits(secs(9), Ok(7))).await;
        assert!(matches!(&late, Err(Failure::Refused(refusal)) if refusal.is_timed_out()), "{late:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn run_counts_from_the_await() {
        let limit = TimeoutPolicy::new(secs(2));
        let later = limit.run_infallible(sleep(secs(1)));
        sleep(secs(10)).await;
        assert!(later.await.is_ok());
    }

    #[test]
    fn call_limits_a_job_on_a_helper_thread() {
        const LIMIT: TimeoutPolicy = TimeoutPolicy::new(secs(60));

        assert_eq!(LIMIT.call_infallible(|| 7), Ok(7));
        assert_eq!(LIMIT.call(|| Ok::<_, ()>(7)), Ok(7));
        assert_eq!(LIMIT.call(|| Err::<(), _>("own")), Err(Failure::Inner("own")));
        let (release, released) = channel::<()>();
        let late = TimeoutPolicy::new(millis(5)).call(move || released.recv()).expect_err("it is late");
        assert!(late.refusal().is_some_and(Error::is_timed_out));
        drop(release);
    }

    #[test]
    fn call_lets_a_panic_through() {
        let limit = TimeoutPolicy::new(secs(60));
        let panic = catch_unwind(|| limit.call_infallible(|| panic!("on purpose"))).expect_err("it panicked");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    }

    #[test]
    fn call_cooperative_runs_in_place() {
        let here = std::thread::current().id();
        let limit = TimeoutPolicy::new(secs(60));
        let seen = limit.call_cooperative(|| Ok::<_, ()>((std::thread::current().id(), deadline().is_some())));
        assert_eq!(seen, Ok((here, true)));
        assert!(deadline().is_none());
    }
}

mod bulkheads {
    use super::*;

    fn bulkhead(policy: BulkheadPolicy) -> Bulkhead {
        Bulkhead::new("api: own", policy)
    }

    #[test]
    fn try_acquire_does_not_wait() {
        let bulkhead = bulkhead(BulkheadPolicy::new(1).max_wait(secs(3600)));
        let slot = bulkhead.try_acquire().expect("free");
        let refusal = bulkhead.try_acquire().expect_err("full");
        assert_eq!((refusal.kind(), refusal.name()), (ErrorKind::BulkheadFull, "api: own"));
        drop(slot);
        assert!(bulkhead.try_acquire().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn acquire_waits_as_long_as_the_policy_says() {
        let bulkhead = bulkhead(BulkheadPolicy::new(1).max_wait(secs(5)));
        let (start, slot) = (Instant::now(), bulkhead.acquire().await.expect("free"));
        assert!(bulkhead.acquire().await.expect_err("full").is_bulkhead_full());
        assert_eq!(start.elapsed(), secs(5));
        let release = async {
            sleep(secs(2)).await;
            drop(slot);
        };
        let (acquired, ()) = tokio::join!(bulkhead.acquire(), release);
        assert!(acquired.is_ok());
        assert_eq!(start.elapsed(), secs(5 + 2));
    }

    #[tokio::test]
    async fn acquire_leaves_the_queue_when_it_is_dropped() {
        let bulkhead = bulkhead(BulkheadPolicy::new(1).max_wait(secs(3600)).max_queue(1));
        let slot = bulkhead.acquire().await.expect("free");
        {
            let mut waits = pin!(bulkhead.acquire());
            let mut context = Context::from_waker(Waker::noop());
            assert!(waits.as_mut().poll(&mut context).is_pending());
            assert_eq!(bulkhead.waiting(), 1);
            assert!(bulkhead.acquire().await.is_err(), "the queue is full");
        }
        assert_eq!(bulkhead.waiting(), 0);
        drop(slot);
    }

    #[test]
    fn acquire_blocking_waits_as_long_as_it_is_told() {
        let bulkhead = bulkhead(BulkheadPolicy::new(1));
        let slot = bulkhead.acquire_blocking(Duration::ZERO).expect("free");
        let start = std::time::Instant::now();
        assert!(bulkhead.acquire_blocking(millis(5)).expect_err("full").is_bulkhead_full());
        assert!(start.elapsed() >= millis(5));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| bulkhead.acquire_blocking(secs(60)).is_ok());
            while bulkhead.waiting() == 0 {
                std::thread::yield_now();
            }
            drop(slot);
            assert!(waits.join().expect("it does not panic"));
        });
    }
}

mod failures {
    use super::*;

    #[derive(Debug, PartialEq, thiserror::Error)]
    enum Fault {
        #[error("own")]
        Own,
        #[error("refused")]
        Refused,
    }

    impl From<Error> for Fault {
        fn from(_: Error) -> Self {
            Self::Refused
        }
    }

    fn refused() -> Failure<Fault> {
        let breaker = CircuitBreaker::new("api: failures", BreakerPolicy::new());
        breaker.force_open();
        breaker.call(|| Ok::<(), _>(())).expect_err("it is open")
    }

    #[test]
    fn keep_the_functions_error_apart_from_the_refusal() {
        let (own, refused) = (Failure::<Fault>::Inner(Fault::Own), refused());
        assert_eq!(own.inner(), Some(&Fault::Own));
        assert!(own.refusal().is_none());
        assert_eq!(refused.inner(), None);
        assert!(refused.refusal().is_some_and(Error::is_circuit_open));
    }

    #[test]
    fn turn_into_the_functions_error() {
        assert_eq!(Failure::<Fault>::Inner(Fault::Own).into_error(), Fault::Own);
        assert_eq!(refused().into_error(), Fault::Refused);
    }

    #[test]
    fn read_like_what_they_hold() {
        assert_eq!(Failure::<Fault>::Inner(Fault::Own).to_string(), "own");
        assert!(refused().to_string().contains("api: failures"));
    }
}

#[test]
fn a_name_reads_like_text() {
    const NAME: Name = Name::new(&"users");

    assert_eq!(NAME, "users");
    assert_eq!(NAME.as_str(), "users");
    assert_eq!(NAME.len(), 5);
    assert_eq!(format!("{NAME}|{NAME:>7}|{NAME:?}"), "users|  users|\"users\"");
    assert_eq!(CircuitBreaker::new("users", BreakerPolicy::new()).name(), NAME);
}

#[test]
fn what_does_not_have_to_wait_needs_no_runtime() {
    fn at_once<F: Future>(future: F) -> F::Output {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("it waits"),
        }
    }

    let breaker = CircuitBreaker::new("api: no runtime", BreakerPolicy::new());
    let bulkhead = Bulkhead::new("api: no runtime", BulkheadPolicy::new(1).max_wait(secs(1)));
    assert_eq!(at_once(STEADY.run(async || Ok::<_, ()>(7))), Ok(7));
    assert_eq!(at_once(STEADY.attempts().next()).map(number), Some(1));
    assert_eq!(at_once(TimeoutPolicy::new(secs(1)).run(async { Ok::<_, Error>(7) })), Ok(7));
    assert_eq!(at_once(breaker.run(async { Ok::<_, Error>(7) })), Ok(7));
    assert_eq!(at_once(bulkhead.run(async { Ok::<_, Error>(7) })), Ok(7));
    let limit = TimeoutPolicy::new(secs(1));
    let whole = STEADY.try_run(|| breaker.try_run(bulkhead.try_run(limit.run(async { Ok::<_, Error>(7) }))));
    assert_eq!(at_once(whole), Ok(7));
    assert!(at_once(bulkhead.acquire()).is_ok());
}
