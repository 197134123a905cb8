//! In a tokio runtime with a paused clock, everything follows that clock, and no test waits for real.

use std::cell::Cell;
use std::time::Duration;

use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitState, Error, ErrorKind, Jitter, RetryPolicy,
    TimeoutPolicy, bulkhead, circuit_breaker, registry, retry, timeout,
};
use tokio::time::{Instant, advance, pause, sleep};

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("own")]
    Own,
    #[error(transparent)]
    Refused(#[from] Error),
}

impl Fault {
    fn kind(&self) -> Option<ErrorKind> {
        match self {
            Self::Own => None,
            Self::Refused(refusal) => Some(refusal.kind()),
        }
    }
}

type Outcome = Result<(), Fault>;

const DAY: Duration = Duration::from_secs(24 * 3600);
const HOUR: Duration = Duration::from_secs(3600);

/// Panics when it is dropped if the test has waited for real.
struct NobodyWaits(std::time::Instant);

impl NobodyWaits {
    fn start() -> Self {
        Self(std::time::Instant::now())
    }
}

impl Drop for NobodyWaits {
    fn drop(&mut self) {
        assert!(self.0.elapsed() < Duration::from_secs(60) || std::thread::panicking());
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_follow_it() {
    #[retry(max_attempts = 4, backoff = constant, base_delay = 1h, max_delay = 1h, jitter = none)]
    async fn call() -> Outcome {
        Err(Fault::Own)
    }

    let (_real, start) = (NobodyWaits::start(), Instant::now());
    assert!(call().await.is_err());
    assert_eq!(start.elapsed(), HOUR * 3);
}

#[tokio::test(start_paused = true)]
async fn pauses_that_were_asked_for_follow_it() {
    #[retry(max_attempts = 2, retry_after = |_| Some(DAY), max_retry_after = 1d)]
    async fn call() -> Outcome {
        Err(Fault::Own)
    }

    let (_real, start) = (NobodyWaits::start(), Instant::now());
    assert!(call().await.is_err());
    assert!(DAY <= start.elapsed() && start.elapsed() <= DAY + DAY / 10);
}

#[tokio::test(start_paused = true)]
async fn timeouts_follow_it() {
    #[timeout(1h)]
    async fn call() -> Outcome {
        sleep(DAY).await;
        Ok(())
    }

    let (_real, start) = (NobodyWaits::start(), Instant::now());
    assert_eq!(call().await.expect_err("it is late").kind(), Some(ErrorKind::TimedOut));
    assert_eq!(start.elapsed(), HOUR);
}

#[tokio::test(start_paused = true)]
async fn waits_for_a_slot_follow_it() {
    #[bulkhead(max_concurrent = 1, max_wait = 1h)]
    async fn call(takes: Duration) -> Outcome {
        sleep(takes).await;
        Ok(())
    }

    let (_real, start) = (NobodyWaits::start(), Instant::now());
    let second = async {
        let outcome = call(Duration::ZERO).await;
        (outcome, start.elapsed())
    };
    let (first, (second, waited)) = tokio::join!(call(DAY), second);
    assert!(first.is_ok());
    assert_eq!(second.expect_err("it found no slot").kind(), Some(ErrorKind::BulkheadFull));
    assert_eq!(waited, HOUR);
}

#[tokio::test(start_paused = true)]
async fn open_times_follow_it() {
    #[circuit_breaker(name = "time: open", failure_threshold = 1, recovery_timeout = 1h)]
    async fn call(fails: bool) -> Outcome {
        if fails { Err(Fault::Own) } else { Ok(()) }
    }

    let _real = NobodyWaits::start();
    assert!(call(true).await.is_err());
    sleep(HOUR / 2).await;
    assert_eq!(call(false).await.expect_err("it is open").kind(), Some(ErrorKind::CircuitOpen));
    advance(HOUR / 2).await;
    assert!(call(false).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn windows_follow_it() {
    #[circuit_breaker(name = "time: window", failure_rate = 0.5, window = 1h, min_calls = 2)]
    async fn call() -> Outcome {
        Err(Fault::Own)
    }

    let _real = NobodyWaits::start();
    for _ in 0..10 {
        assert_eq!(call().await.expect_err("it fails").kind(), None, "alone in its window");
        advance(HOUR + HOUR / 10).await;
    }
    assert!(call().await.is_err());
    assert!(call().await.is_err());
    assert_eq!(registry().circuit_breaker("time: window").expect("it has run").state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn lengths_of_calls_follow_it() {
    #[circuit_breaker(name = "time: slow", slow_call = 1h, slow_call_rate = 1.0, window = 1)]
    async fn call() -> Outcome {
        sleep(DAY).await;
        Ok(())
    }

    let _real = NobodyWaits::start();
    assert!(call().await.is_ok());
    assert_eq!(registry().circuit_breaker("time: slow").expect("it has run").state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn elapsed_times_follow_it() {
    #[retry(max_attempts = 100, max_elapsed = 1d, base_delay = 0s, exhausted = wrap, bind = attempt)]
    async fn call(began: &Cell<Duration>) -> Outcome {
        began.set(attempt.elapsed());
        sleep(HOUR * 7).await;
        Err(Fault::Own)
    }

    let (_real, began) = (NobodyWaits::start(), Cell::default());
    let Err(Fault::Refused(Error::RetriesExhausted(exhausted))) = call(&began).await else { panic!("not wrapped") };
    // A delay of zero is a millisecond on a paused clock.
    let pauses = Duration::from_millis(3);
    assert_eq!(began.get(), HOUR * 21 + pauses);
    assert_eq!((exhausted.attempts, exhausted.elapsed), (4, HOUR * 28 + pauses));
}

#[tokio::test]
async fn it_may_be_paused_at_any_time() {
    #[circuit_breaker(name = "time: paused later", failure_threshold = 1, recovery_timeout = 1h)]
    async fn call(fails: bool) -> Outcome {
        if fails { Err(Fault::Own) } else { Ok(()) }
    }

    let _real = NobodyWaits::start();
    assert!(call(true).await.is_err());
    pause();
    assert_eq!(call(false).await.expect_err("it is open").kind(), Some(ErrorKind::CircuitOpen));
    advance(HOUR).await;
    assert!(call(false).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_is_used_without_an_attribute_follows_it() {
    let (_real, start) = (NobodyWaits::start(), Instant::now());

    let retrying = RetryPolicy::new().base_delay(HOUR).max_delay(DAY).jitter(Jitter::None);
    assert!(retrying.run(async || Err::<(), _>(Fault::Own)).await.is_err());
    assert_eq!(start.elapsed(), HOUR * 3);

    assert!(TimeoutPolicy::new(HOUR).run_infallible(sleep(DAY)).await.is_err());
    assert_eq!(start.elapsed(), HOUR * 4);

    let bulkhead = Bulkhead::new("time: by hand", BulkheadPolicy::new(1).max_wait(HOUR));
    let slot = bulkhead.acquire().await.expect("free");
    assert!(bulkhead.acquire().await.is_err());
    assert_eq!(start.elapsed(), HOUR * 5);
    drop(slot);

    let policy = BreakerPolicy::new().failure_threshold(1).recovery_timeout(HOUR);
    let breaker = CircuitBreaker::new("time: by hand", policy);
    breaker.try_acquire().expect("closed").failure();
    assert!(breaker.try_acquire().is_err());
    advance(HOUR).await;
    assert!(breaker.try_acquire().is_ok());
}

mod without_pauses {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    use super::*;

    const LIMIT: Duration = Duration::from_millis(50);
    const POLICY: RetryPolicy =
        RetryPolicy::new().max_attempts(u32::MAX).base_delay(Duration::ZERO).max_elapsed(HOUR).jitter(Jitter::None);

    #[timeout(50ms)]
    #[retry(policy = POLICY)]
    async fn fails_at_once() -> Outcome {
        Err(Fault::Own)
    }

    #[timeout(50ms)]
    #[retry(policy = POLICY, retry_if_ok = |()| true)]
    async fn succeeds_at_once() -> Outcome {
        Ok(())
    }

    #[timeout(50ms)]
    #[retry(policy = POLICY, retry_after = |_| Some(Duration::ZERO))]
    async fn is_asked_to_come_back_at_once() -> Outcome {
        Err(Fault::Own)
    }

    async fn by_hand() -> Outcome {
        let limit = TimeoutPolicy::new(LIMIT);
        Ok(limit.run_infallible(POLICY.run(async || Err::<(), _>(Fault::Own))).await.map(|_| ())?)
    }

    async fn step_by_step() -> Outcome {
        let attempts = async {
            let mut attempts = POLICY.attempts();
            while attempts.next().await.is_some() {
                attempts.retry_after(Duration::ZERO);
            }
        };
        Ok(TimeoutPolicy::new(LIMIT).run_infallible(attempts).await?)
    }

    /// Each call ends by its timeout, while another task runs. Returns how often that task ran.
    async fn all_end_by_their_timeouts(turn: impl AsyncFn() + Copy + Send + Sync + 'static) -> [u32; 5] {
        let count = Arc::new(AtomicU32::new(0));
        let other = tokio::task::LocalSet::new();
        let counted = Arc::clone(&count);
        other.spawn_local(async move {
            loop {
                turn().await;
                counted.fetch_add(1, Relaxed);
            }
        });
        other
            .run_until(async {
                let mut turns = [0; 5];
                for (index, turns) in turns.iter_mut().enumerate() {
                    count.store(0, Relaxed);
                    let outcome = match index {
                        0 => fails_at_once().await,
                        1 => succeeds_at_once().await,
                        2 => is_asked_to_come_back_at_once().await,
                        3 => by_hand().await,
                        _ => step_by_step().await,
                    };
                    assert_eq!(outcome.expect_err("it never ends").kind(), Some(ErrorKind::TimedOut), "the {index}th");
                    *turns = count.load(Relaxed);
                }
                turns
            })
            .await
    }

    #[tokio::test]
    async fn others_run_and_limits_hold() {
        let turns = all_end_by_their_timeouts(async || tokio::task::yield_now().await).await;
        assert!(turns.iter().all(|turns| *turns > 0), "{turns:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_paused_clock_moves_on_by_a_millisecond_each_time() {
        let start = Instant::now();
        let turns = all_end_by_their_timeouts(async || sleep(Duration::from_millis(5)).await).await;
        assert_eq!(start.elapsed(), LIMIT * 5);
        assert!(turns.iter().all(|turns| *turns >= 9), "{turns:?}");
    }
}

mod for_sync_functions {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn open_times_follow_it_too() {
        #[circuit_breaker(name = "time: sync", failure_threshold = 1, recovery_timeout = 1h)]
        fn call(fails: bool) -> Outcome {
            if fails { Err(Fault::Own) } else { Ok(()) }
        }

        assert!(call(true).is_err());
        assert_eq!(call(false).expect_err("it is open").kind(), Some(ErrorKind::CircuitOpen));
        advance(HOUR).await;
        assert!(call(false).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_paused_clock_does_not_keep_their_max_elapsed_from_passing() {
        #[retry(max_attempts = unlimited, max_elapsed = 100ms, backoff = constant, base_delay = 1ms, jitter = none)]
        fn call(ran: &Cell<u32>) -> Outcome {
            ran.set(ran.get() + 1);
            assert!(ran.get() < 1000, "it has paused for a second, and goes on for ever");
            Err(Fault::Own)
        }

        let ran = Cell::new(0);
        assert!(call(&ran).is_err());
        assert!(ran.get() > 1);
    }
}
