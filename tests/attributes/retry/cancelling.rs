//! A call that is dropped makes no further attempt.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_dropped_call_makes_no_further_attempt() {
    #[retry(max_attempts = 100, backoff = constant, base_delay = 1s, jitter = none)]
    async fn fails(log: &Log) -> Result<(), Fault> {
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(tokio::time::timeout(millis(2500), fails(&log)).await.is_err());
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(log.attempts(), 3);
}
