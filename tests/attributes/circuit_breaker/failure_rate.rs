//! `failure_rate` over a window of calls or of time.

use super::*;

#[tokio::test]
async fn it_opens_when_the_share_in_the_window_reaches_it() {
    #[circuit_breaker(name = "rate: share", failure_rate = 0.3, window = 10)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for outcome in [BAD, GOOD, GOOD, GOOD, BAD, GOOD, GOOD, GOOD, GOOD] {
        assert_eq!(call(outcome).await, outcome);
    }
    assert_eq!(breaker("rate: share").state(), CircuitState::Closed);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("rate: share").state(), CircuitState::Open, "3 of 10 reach 0.3");
}

#[tokio::test]
async fn a_smaller_share_does_not_open_it() {
    #[circuit_breaker(name = "rate: smaller", failure_rate = 0.5, window = 10)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for call_number in 0..1000 {
        let outcome = if call_number % 10 < 4 { BAD } else { GOOD };
        assert_eq!(call(outcome).await, outcome, "call {call_number}");
    }
}

#[tokio::test]
async fn a_count_window_slides_with_every_call() {
    #[circuit_breaker(name = "rate: slides", failure_rate = 0.5, window = 10)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..10_000 {
        assert_eq!(call(GOOD).await, GOOD);
    }
    for _ in 0..4 {
        assert_eq!(call(BAD).await, BAD);
    }
    assert_eq!(breaker("rate: slides").state(), CircuitState::Closed);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("rate: slides").state(), CircuitState::Open, "after 10,000 successes 5 failures are enough");
}

#[tokio::test]
async fn what_left_a_count_window_no_longer_counts() {
    #[circuit_breaker(name = "rate: left", failure_rate = 0.5, window = 4)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for outcome in [BAD, GOOD, GOOD, GOOD, BAD, GOOD, GOOD, GOOD, BAD] {
        assert_eq!(call(outcome).await, outcome);
    }
    assert_eq!(breaker("rate: left").state(), CircuitState::Closed);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("rate: left").state(), CircuitState::Open);
}

#[tokio::test]
async fn a_count_window_judges_when_it_is_full() {
    #[circuit_breaker(name = "rate: full", failure_rate = 0.1, window = 50)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..49 {
        assert_eq!(call(BAD).await, BAD);
    }
    assert_eq!(breaker("rate: full").state(), CircuitState::Closed);
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("rate: full").state(), CircuitState::Open);
}

#[tokio::test]
async fn min_calls_lets_it_judge_earlier() {
    #[circuit_breaker(name = "rate: min calls", failure_rate = 0.5, window = 100, min_calls = 4)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for outcome in [BAD, BAD, GOOD] {
        assert_eq!(call(outcome).await, outcome);
    }
    assert_eq!(breaker("rate: min calls").state(), CircuitState::Closed);
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("rate: min calls").state(), CircuitState::Open);
}

#[tokio::test]
async fn failures_in_a_row_no_longer_matter() {
    #[circuit_breaker(name = "rate: row", failure_rate = 0.9, window = 100)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..50 {
        assert_eq!(call(GOOD).await, GOOD);
    }
    for _ in 0..89 {
        assert_eq!(call(BAD).await, BAD);
    }
    assert_eq!(breaker("rate: row").state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_time_window_forgets_what_is_older() {
    #[circuit_breaker(name = "rate: time", failure_rate = 0.5, window = 10s, min_calls = 4)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..3 {
        assert_eq!(call(BAD).await, BAD);
    }
    advance(secs(11)).await;
    for _ in 0..3 {
        assert_eq!(call(BAD).await, BAD);
    }
    assert_eq!(breaker("rate: time").state(), CircuitState::Closed);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("rate: time").state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_time_window_remembers_what_is_younger() {
    #[circuit_breaker(name = "rate: younger", failure_rate = 0.5, window = 10s, min_calls = 4)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..3 {
        assert_eq!(call(BAD).await, BAD);
    }
    advance(secs(8)).await;
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("rate: younger").state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_time_window_slides() {
    #[circuit_breaker(name = "rate: time slides", failure_rate = 0.5, window = 10s, min_calls = 1)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..100 {
        assert_eq!(call(GOOD).await, GOOD);
    }
    advance(secs(5)).await;
    for _ in 0..50 {
        assert_eq!(call(BAD).await, BAD);
    }
    assert_eq!(breaker("rate: time slides").state(), CircuitState::Closed, "50 of 150");
    advance(secs(6)).await;
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("rate: time slides").state(), CircuitState::Open, "50 of 51");
}

#[tokio::test(start_paused = true)]
async fn a_time_window_needs_ten_calls_by_default() {
    #[circuit_breaker(name = "rate: ten", failure_rate = 0.5, window = 1min)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..9 {
        assert_eq!(call(BAD).await, BAD);
    }
    assert_eq!(breaker("rate: ten").state(), CircuitState::Closed);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("rate: ten").state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_closed_again_starts_with_an_empty_window() {
    #[circuit_breaker(name = "rate: again", failure_rate = 0.5, window = 4, success_threshold = 1)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..4 {
        assert_eq!(call(BAD).await, BAD);
    }
    advance(secs(30)).await;
    assert_eq!(call(GOOD).await, GOOD);
    for outcome in [BAD, GOOD, GOOD, GOOD, BAD] {
        assert_eq!(call(outcome).await, outcome);
    }
    assert_eq!(breaker("rate: again").state(), CircuitState::Closed);
}
