//! A probe that is dropped, timed out or aborted frees its place.

use super::*;

#[tokio::test(start_paused = true)]
async fn not_here_nor_does_it_close_the_breaker() {
    #[circuit_breaker(name = "traps: dropped", failure_threshold = 1, half_open_max_calls = 1, success_threshold = 1)]
    async fn call(outcome: Option<Outcome>) -> Outcome {
        match outcome {
            Some(outcome) => outcome,
            None => std::future::pending().await,
        }
    }

    assert_eq!(call(Some(BAD)).await, BAD);
    advance(secs(30)).await;
    for _ in 0..5 {
        assert!(tokio::time::timeout(secs(1), call(None)).await.is_err());
        assert_eq!(breaker("traps: dropped").state(), CircuitState::HalfOpen);
    }
    assert_eq!(call(Some(Ok(7))).await, Ok(7));
    assert_eq!(breaker("traps: dropped").state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn not_here_when_a_timeout_drops_it_which_opens_the_breaker_again() {
    #[timeout(1s)]
    #[circuit_breaker(
        name = "traps: hung probe",
        failure_threshold = 1,
        half_open_max_calls = 1,
        success_threshold = 1
    )]
    async fn call(outcome: Option<Outcome>) -> Outcome {
        match outcome {
            Some(outcome) => outcome,
            None => std::future::pending().await,
        }
    }

    assert_eq!(call(Some(BAD)).await, BAD);
    for _ in 0..5 {
        advance(secs(30)).await;
        assert_eq!(call(None).await, TIMED_OUT);
        assert_eq!(breaker("traps: hung probe").state(), CircuitState::Open);
    }
    advance(secs(30)).await;
    assert_eq!(call(Some(Ok(7))).await, Ok(7));
    assert_eq!(breaker("traps: hung probe").state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn not_here_when_its_task_is_aborted() {
    #[circuit_breaker(name = "traps: aborted", failure_threshold = 1, half_open_max_calls = 1, success_threshold = 1)]
    async fn call(outcome: Option<Outcome>) -> Outcome {
        match outcome {
            Some(outcome) => outcome,
            None => std::future::pending().await,
        }
    }

    assert_eq!(call(Some(BAD)).await, BAD);
    advance(secs(30)).await;
    let probe = tokio::spawn(call(None));
    tokio::task::yield_now().await;
    assert_eq!(call(Some(Ok(7))).await, OPEN, "the probe is on its way");
    probe.abort();
    assert!(probe.await.expect_err("it was aborted").is_cancelled());
    assert_eq!(call(Some(Ok(7))).await, Ok(7));
}
