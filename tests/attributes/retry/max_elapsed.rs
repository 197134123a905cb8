//! `max_elapsed`: the time of all attempts.

use super::*;

#[tokio::test(start_paused = true)]
async fn no_pause_begins_that_would_end_later() {
    #[retry(max_attempts = 10, max_elapsed = 349ms, backoff = constant, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let (log, start) = (Log::default(), Instant::now());
    assert!(fails(&log).await.is_err());
    assert_eq!(log.attempts(), 4);
    assert_eq!(start.elapsed(), millis(300), "the fourth pause is not begun at all");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_may_start_exactly_at_the_end() {
    #[retry(max_attempts = 10, max_elapsed = 300ms, backoff = constant, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.attempts(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_time_of_the_attempts_counts() {
    #[retry(max_attempts = 10, max_elapsed = 1s, backoff = constant, jitter = none)]
    async fn fails_slowly(log: &Log) -> Result<(), Fault> {
        log.attempt();
        tokio::time::sleep(millis(400)).await;
        Err(Fault::Network)
    }

    let (log, start) = (Log::default(), Instant::now());
    assert!(fails_slowly(&log).await.is_err());
    assert_eq!(log.attempts(), 3);
    assert_eq!(start.elapsed(), millis(1400), "an attempt that has started may end later");
}

#[tokio::test(start_paused = true)]
async fn the_attempts_may_run_out_first() {
    #[retry(max_attempts = 2, max_elapsed = 1h)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_pause_asked_for_must_end_in_time_too() {
    #[retry(max_elapsed = 10s, retry_after = Fault::asked)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Wait(Some(Duration::from_secs(11))))
    }

    let (log, start) = (Log::default(), Instant::now());
    assert!(fails(&log).await.is_err());
    assert_eq!(log.attempts(), 1);
    assert_eq!(start.elapsed(), Duration::ZERO);
}
