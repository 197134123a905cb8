//! The counters of a breaker.

use super::*;

#[tokio::test(start_paused = true)]
async fn they_count_the_outcome_of_every_call() {
    #[circuit_breaker(
        name = "stats", failure_threshold = 2, failure_on(Fault::Broken), slow_call = 1s, slow_call_rate = 1.0,
        window = 100, success_threshold = 1
    )]
    async fn call(takes: Duration, outcome: Outcome) -> Outcome {
        sleep(takes).await;
        outcome
    }

    for (takes, outcome) in [(0, GOOD), (2, GOOD), (0, NOT_FOUND), (0, BAD), (0, BAD)] {
        assert_eq!(call(secs(takes), outcome).await, outcome);
    }
    for _ in 0..3 {
        assert_eq!(call(secs(0), GOOD).await, REFUSED);
    }
    advance(secs(30)).await;
    assert_eq!(call(secs(0), GOOD).await, GOOD);
    let CircuitStats {
        total_calls,
        successful_calls,
        failed_calls,
        ignored_calls,
        slow_calls,
        rejected_calls,
        state_changes,
        ..
    } = breaker("stats").stats();
    assert_eq!((total_calls, successful_calls, failed_calls, ignored_calls), (6, 3, 2, 1));
    assert_eq!((slow_calls, rejected_calls), (1, 3));
    assert_eq!(state_changes, 3, "open, half-open, closed");
}
