//! `slow_call_rate`: calls that take too long open the breaker, even if they succeed.

use super::*;

#[tokio::test(start_paused = true)]
async fn their_share_opens_it_although_they_succeed() {
    #[circuit_breaker(name = "slow: share", slow_call = 1s, slow_call_rate = 0.5, window = 4)]
    async fn call(takes: Duration) -> Outcome {
        sleep(takes).await;
        GOOD
    }

    for takes in [2, 0, 0] {
        assert_eq!(call(secs(takes)).await, GOOD);
    }
    assert_eq!(breaker("slow: share").state(), CircuitState::Closed);
    assert_eq!(call(secs(2)).await, GOOD);
    assert_eq!(breaker("slow: share").state(), CircuitState::Open);
    assert_eq!(breaker("slow: share").stats().slow_calls, 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_of_exactly_that_length_is_not_slow() {
    #[circuit_breaker(name = "slow: exactly", slow_call = 1s, slow_call_rate = 0.01, window = 1)]
    async fn call(takes: Duration) -> Outcome {
        sleep(takes).await;
        GOOD
    }

    assert_eq!(call(secs(1)).await, GOOD);
    assert_eq!(breaker("slow: exactly").state(), CircuitState::Closed);
    assert_eq!(call(Duration::from_millis(1001)).await, GOOD);
    assert_eq!(breaker("slow: exactly").state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn failures_in_a_row_still_open_it() {
    #[circuit_breaker(name = "slow: beside", slow_call = 1s, slow_call_rate = 0.5, window = 100, failure_threshold = 2)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("slow: beside").state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_rate_of_failures_may_stand_beside_it() {
    #[circuit_breaker(name = "slow: both", slow_call = 1s, slow_call_rate = 1.0, failure_rate = 0.5, window = 2)]
    async fn call(takes: Duration, outcome: Outcome) -> Outcome {
        sleep(takes).await;
        outcome
    }

    assert_eq!(call(secs(2), GOOD).await, GOOD);
    assert_eq!(call(secs(0), BAD).await, BAD);
    assert_eq!(breaker("slow: both").state(), CircuitState::Open);
}
