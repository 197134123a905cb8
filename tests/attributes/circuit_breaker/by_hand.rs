//! A breaker can be forced open, disabled and reset.

use super::*;

#[tokio::test(start_paused = true)]
async fn forced_open_it_refuses_until_it_is_reset() {
    #[circuit_breaker(name = "by hand: open", failure_threshold = 1)]
    async fn call(outcome: Outcome) -> Result<(), Option<resilient::Error>> {
        outcome.map_err(|_| None)
    }

    assert!(call(GOOD).await.is_ok());
    breaker("by hand: open").force_open();
    assert_eq!(breaker("by hand: open").state(), CircuitState::ForcedOpen);
    advance(secs(3600)).await;
    let Err(Some(refusal)) = call(GOOD).await else { panic!("not refused") };
    assert!(refusal.is_circuit_open());
    assert_eq!(refusal.retry_after(), None, "nobody knows when");
    breaker("by hand: open").reset();
    assert_eq!(breaker("by hand: open").state(), CircuitState::Closed);
    assert!(call(GOOD).await.is_ok());
}

#[tokio::test]
async fn disabled_it_admits_every_call_until_it_is_reset() {
    #[circuit_breaker(name = "by hand: disabled", failure_threshold = 1)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(GOOD).await, GOOD);
    breaker("by hand: disabled").disable();
    for _ in 0..10 {
        assert_eq!(call(BAD).await, BAD);
    }
    assert_eq!(breaker("by hand: disabled").state(), CircuitState::Disabled);
    assert_eq!(breaker("by hand: disabled").stats().failed_calls, 10);
    breaker("by hand: disabled").reset();
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(call(BAD).await, REFUSED);
}

#[tokio::test]
async fn a_reset_closes_an_open_one() {
    #[circuit_breaker(name = "by hand: reset", failure_threshold = 2)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    breaker("by hand: reset").reset();
    assert_eq!(call(BAD).await, BAD, "the failure from before no longer counts");
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(call(BAD).await, REFUSED);
    breaker("by hand: reset").reset();
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("by hand: reset").stats().failed_calls, 3, "the totals stay");
}
