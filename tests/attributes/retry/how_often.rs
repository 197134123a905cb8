//! `max_attempts`

use super::*;

#[tokio::test(start_paused = true)]
async fn three_attempts_are_made_by_default() {
    #[retry]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert_eq!(fails(&log).await, Err(Fault::Network));
    assert_eq!(log.attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn max_attempts_counts_the_first_one_too() {
    #[retry(max_attempts = 5)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.attempts(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_success_ends_the_attempts() {
    #[retry(max_attempts = 5)]
    async fn succeeds_at(success: usize, log: &Log) -> Result<usize, Fault> {
        let attempt = log.attempt();
        if attempt < success { Err(Fault::Network) } else { Ok(attempt) }
    }

    for success in [1, 2, 5] {
        let log = Log::default();
        assert_eq!(succeeds_at(success, &log).await, Ok(success));
        assert_eq!(log.attempts(), success);
    }
}

#[tokio::test(start_paused = true)]
async fn the_error_of_the_last_attempt_is_returned() {
    #[retry]
    async fn fails(log: &Log) -> Result<(), String> {
        Err(format!("attempt {}", log.attempt()))
    }

    assert_eq!(fails(&Log::default()).await, Err("attempt 3".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn each_call_has_attempts_of_its_own() {
    #[retry(max_attempts = 2)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    for _ in 0..3 {
        assert!(fails(&log).await.is_err());
    }
    assert_eq!(log.attempts(), 6);
}

#[tokio::test(start_paused = true)]
async fn unlimited_attempts_end_with_the_time() {
    #[retry(max_attempts = unlimited, max_elapsed = 100s, backoff = constant, base_delay = 1s, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(&log).await.is_err());
    assert_eq!(log.attempts(), 101);
}
