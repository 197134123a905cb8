//! The delays between attempts: `backoff`, `base_delay` and `max_delay`.

use super::*;

#[tokio::test(start_paused = true)]
async fn they_double_from_100_ms_by_default() {
    #[retry(max_attempts = 5, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.pauses_in_millis(), [100, 200, 400, 800]);
}

#[tokio::test(start_paused = true)]
async fn none_comes_before_the_first_attempt_or_after_the_last() {
    #[retry(max_attempts = 2, base_delay = 5s, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let (log, start) = (Log::default(), Instant::now());
    assert!(fails(&log).await.is_err());
    assert_eq!(log.0.borrow()[0], start);
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn exponential_ones_grow_by_the_exponential_base() {
    #[retry(max_attempts = 5, backoff = exponential, base_delay = 10ms, exponential_base = 3.0, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.pauses_in_millis(), [10, 30, 90, 270]);
}

#[tokio::test(start_paused = true)]
async fn linear_ones_grow_by_the_base_delay() {
    #[retry(max_attempts = 5, backoff = linear, base_delay = 10ms, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.pauses_in_millis(), [10, 20, 30, 40]);
}

#[tokio::test(start_paused = true)]
async fn constant_ones_stay() {
    #[retry(max_attempts = 5, backoff = constant, base_delay = 10ms, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.pauses_in_millis(), [10, 10, 10, 10]);
}

#[tokio::test(start_paused = true)]
async fn fibonacci_ones_grow_by_the_one_before() {
    #[retry(max_attempts = 7, backoff = fibonacci, base_delay = 10ms, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.pauses_in_millis(), [10, 10, 20, 30, 50, 80]);
}

#[tokio::test(start_paused = true)]
async fn none_is_longer_than_max_delay() {
    #[retry(max_attempts = 70, base_delay = 1s, max_delay = 5s, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    let pauses = log.pauses_in_millis();
    assert_eq!(pauses[..4], [1000, 2000, 4000, 5000]);
    assert!(pauses[4..].iter().all(|pause| *pause == 5000), "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn none_is_longer_than_a_minute_by_default() {
    #[retry(max_attempts = 4, base_delay = 40s, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.pauses_in_millis(), [40_000, 60_000, 60_000]);
}

#[tokio::test(start_paused = true)]
async fn one_of_zero_is_a_millisecond_of_a_paused_clock() {
    #[retry(max_attempts = 4, base_delay = 0s)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.pauses_in_millis(), [1, 1, 1]);
}
