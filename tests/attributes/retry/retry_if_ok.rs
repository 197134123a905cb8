//! `retry_if_ok`: a success that is worth another attempt.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_success_may_be_worth_another_attempt() {
    #[retry(max_attempts = 5, retry_if_ok = Option::is_none)]
    async fn poll(log: &Log) -> Result<Option<usize>, Fault> {
        let attempt = log.attempt();
        Ok((attempt >= 4).then_some(attempt))
    }

    assert_eq!(poll(&Log::default()).await, Ok(Some(4)));
}

#[tokio::test(start_paused = true)]
async fn the_last_success_is_returned_when_the_attempts_run_out() {
    #[retry(retry_if_ok = |value| *value < 100)]
    async fn poll(log: &Log) -> Result<usize, Fault> {
        Ok(log.attempt())
    }

    assert_eq!(poll(&Log::default()).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn the_last_success_is_returned_when_the_time_runs_out() {
    #[retry(max_attempts = unlimited, max_elapsed = 1s, backoff = constant, jitter = none, retry_if_ok = |_| true)]
    async fn poll(log: &Log) -> Result<usize, Fault> {
        Ok(log.attempt())
    }

    assert_eq!(poll(&Log::default()).await, Ok(11));
}

#[tokio::test(start_paused = true)]
async fn errors_are_retried_beside_it() {
    #[retry(max_attempts = 5, retry_if_ok = |value| *value < 3)]
    async fn poll(log: &Log) -> Result<usize, Fault> {
        match log.attempt() {
            2 => Err(Fault::Network),
            attempt => Ok(attempt),
        }
    }

    assert_eq!(poll(&Log::default()).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_filter_of_errors_does_not_concern_it() {
    #[retry(max_attempts = 5, retry_on(Fault::Status(_)), retry_if_ok = |value| *value < 3)]
    async fn poll(log: &Log) -> Result<usize, Fault> {
        Ok(log.attempt())
    }

    assert_eq!(poll(&Log::default()).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn it_serves_a_function_without_a_result() {
    #[retry(max_attempts = 5, retry_if_ok = |state: &Option<usize>| state.is_none())]
    async fn poll(ready_at: usize, log: &Log) -> Option<usize> {
        let attempt = log.attempt();
        (attempt >= ready_at).then_some(attempt)
    }

    assert_eq!(poll(3, &Log::default()).await, Some(3));
    let log = Log::default();
    assert_eq!(poll(9, &log).await, None);
    assert_eq!(log.attempts(), 5);
}
