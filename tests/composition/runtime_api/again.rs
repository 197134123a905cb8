//! `Attempts::again`: a loop that keeps the last error.

use super::*;

type Counted = Result<u32, u32>;

/// Fails with the number of the call until it is the `good` one.
fn counting(good: u32) -> impl FnMut() -> Counted {
    let mut calls = 0;
    move || {
        calls += 1;
        if calls == good { Ok(calls) } else { Err(calls) }
    }
}

async fn looped<P: ?Sized + resilient::Covers<u32>>(
    policy: &RetryPolicy<P>,
    mut operation: impl FnMut() -> Counted,
) -> Counted {
    let mut attempts = policy.attempts();
    loop {
        match operation() {
            Ok(value) => break Ok(value),
            Err(error) => attempts.again(error).await?,
        }
    }
}

fn looped_blocking(policy: &RetryPolicy, mut operation: impl FnMut() -> Counted) -> Counted {
    let mut attempts = policy.attempts();
    loop {
        match operation() {
            Ok(value) => break Ok(value),
            Err(error) => attempts.again_blocking(error)?,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn gives_the_answer_or_the_last_error() {
    let start = Instant::now();
    assert_eq!(looped(&STEADY, counting(3)).await, Ok(3));
    assert_eq!(start.elapsed(), millis(100 + 200));
    assert_eq!(looped(&STEADY, counting(0)).await, Err(3));
    assert_eq!(start.elapsed(), millis(2 * (100 + 200)), "no pause after the last");
    assert_eq!(looped(&STEADY.max_attempts(1), counting(2)).await, Err(1));

    let at_once = STEADY.base_delay(Duration::ZERO);
    assert_eq!(looped_blocking(&at_once, counting(3)), Ok(3));
    assert_eq!(looped_blocking(&at_once, counting(4)), Err(3));
}

#[tokio::test(start_paused = true)]
async fn follows_the_policy_for_these_errors() {
    const UNTIL_TWO: RetryPolicy<u32> =
        STEADY.retry_if(|error: &u32| *error < 2).retry_after(|error| Some(secs(u64::from(*error))));
    let start = Instant::now();
    assert_eq!(looped(&UNTIL_TWO, counting(0)).await, Err(2));
    assert_eq!(start.elapsed(), secs(1));
    assert_eq!(looped(&UNTIL_TWO, counting(2)).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn ends_with_the_time_since_the_attempts_were_made() {
    let mut attempts = STEADY.max_elapsed(secs(1)).attempts();
    sleep(millis(850)).await;
    assert_eq!(attempts.again("first").await, Ok(()));
    assert_eq!(attempts.again("second").await, Err("second"));

    // With `next` the first attempt begins later.
    let mut attempts = STEADY.max_elapsed(secs(1)).attempts();
    sleep(millis(850)).await;
    assert_eq!(attempts.next().await.map(number), Some(1));
    assert_eq!(attempts.again("first").await, Ok(()));
    assert_eq!(attempts.again("second").await, Ok(()));
    assert_eq!(attempts.again("third").await, Err("third"));
}

#[tokio::test(start_paused = true)]
async fn goes_on_with_a_delay_that_was_dropped() {
    let (start, mut attempts) = (Instant::now(), STEADY.attempts());
    assert!(tokio::time::timeout(millis(40), attempts.again("lost")).await.is_err());
    assert_eq!(attempts.again("again").await, Ok(()));
    assert_eq!(start.elapsed(), millis(100));
    assert_eq!(attempts.again("second").await, Ok(()));
    assert_eq!(attempts.again("third").await, Err("third"));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_retried_as_the_policy_says() {
    let open = || {
        let breaker = CircuitBreaker::new("again", BreakerPolicy::new().failure_threshold(1).recovery_timeout(secs(5)));
        breaker.record_failure();
        breaker.try_acquire().expect_err("it is open")
    };
    let refused = || Failure::<u32>::Refused(open());
    assert!(STEADY.attempts().try_again(refused()).await.is_err());
    let start = Instant::now();
    assert!(STEADY.retry_circuit_open(true).attempts().try_again(refused()).await.is_ok());
    assert_eq!(start.elapsed(), secs(5));
    assert!(STEADY.attempts().try_again_blocking(refused()).is_err());
    let full = Error::BulkheadFull { name: Name::new(&"again"), limit: 1 };
    let at_once = STEADY.base_delay(Duration::ZERO).max_attempts(2);
    let mut attempts = at_once.attempts();
    assert!(attempts.try_again_blocking(Failure::<u32>::Refused(full.clone())).is_ok());
    assert_eq!(attempts.try_again_blocking(Failure::<u32>::Refused(full.clone())), Err(Failure::Refused(full)));
}

#[tokio::test(start_paused = true)]
async fn the_last_error_is_wrapped_on_request() {
    const WRAPS: RetryPolicy<std::io::Error> =
        RetryPolicy::new().max_attempts(2).base_delay(Duration::ZERO).for_errors().exhausted(Exhausted::Wrap);
    let fails = || Failure::Inner(std::io::Error::other("lost"));
    let mut attempts = WRAPS.attempts();
    assert!(attempts.try_again(fails()).await.is_ok());
    let last = attempts.try_again(fails()).await.expect_err("two attempts are all");
    let Some(Error::RetriesExhausted(exhausted)) = last.refusal() else { panic!("{last:?}") };
    assert_eq!((exhausted.attempts, exhausted.last_error.to_string()), (2, "lost".to_owned()));
    let once = WRAPS.retry_if(|_| false);
    assert!(once.attempts().try_again(fails()).await.is_err_and(|last| last.inner().is_some()));
}

#[tokio::test(start_paused = true)]
async fn can_be_spawned_with_errors_that_are_send() {
    let spawned = tokio::spawn(looped(&STEADY, counting(2)));
    assert_eq!(spawned.await.expect("it does not panic"), Ok(2));
}

#[cfg(debug_assertions)]
#[test]
#[should_panic(expected = "try_again_blocking")]
fn a_failure_is_no_plain_error() {
    let _ = STEADY.attempts().again_blocking(Failure::<u32>::Inner(1));
}
