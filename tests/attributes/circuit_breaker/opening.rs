//! Consecutive failures open the breaker, and an open one refuses calls.

use super::*;

#[tokio::test]
async fn five_failures_in_a_row_open_it_by_default() {
    #[circuit_breaker(name = "opening: default")]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..4 {
        assert_eq!(call(BAD).await, BAD);
    }
    assert_eq!(breaker("opening: default").state(), CircuitState::Closed);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("opening: default").state(), CircuitState::Open);
    assert_eq!(call(GOOD).await, REFUSED);
}

#[tokio::test]
async fn failure_threshold_says_how_many() {
    #[circuit_breaker(name = "opening: threshold", failure_threshold = 2)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(call(GOOD).await, REFUSED);
}

#[tokio::test]
async fn a_success_starts_the_count_again() {
    #[circuit_breaker(name = "opening: in a row", failure_threshold = 2)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..10 {
        assert_eq!(call(BAD).await, BAD);
        assert_eq!(call(GOOD).await, GOOD);
    }
    assert_eq!(breaker("opening: in a row").state(), CircuitState::Closed);
}

#[tokio::test]
async fn a_refused_call_does_not_run_the_body() {
    #[circuit_breaker(name = "opening: body", failure_threshold = 1)]
    async fn call(ran: &Cell<u32>) -> Outcome {
        ran.set(ran.get() + 1);
        BAD
    }

    let ran = Cell::new(0);
    assert_eq!(call(&ran).await, BAD);
    for _ in 0..10 {
        assert_eq!(call(&ran).await, REFUSED);
    }
    assert_eq!(ran.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_has_the_name_and_when_to_come_back() {
    #[circuit_breaker(name = "opening: refusal", failure_threshold = 1, recovery_timeout = 10s)]
    async fn call() -> Result<(), Option<resilient::Error>> {
        Err(None)
    }

    assert!(matches!(call().await, Err(None)));
    advance(secs(3)).await;
    let Err(Some(refusal)) = call().await else { panic!("not refused") };
    assert!(refusal.is_circuit_open());
    assert_eq!(refusal.name(), "opening: refusal");
    assert_eq!(refusal.retry_after(), Some(secs(7)));
}

#[tokio::test]
async fn a_name_may_be_a_constant() {
    const NAME: &str = "opening: constant";

    #[circuit_breaker(name = NAME, failure_threshold = 1)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker(NAME).state(), CircuitState::Open);
}

#[tokio::test]
async fn a_policy_gives_the_settings_and_others_override_it() {
    const POLICY: BreakerPolicy = BreakerPolicy::new().failure_threshold(1).success_threshold(7);

    #[circuit_breaker(name = "opening: policy", policy = POLICY, failure_threshold = 3)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..3 {
        assert_eq!(call(BAD).await, BAD);
    }
    assert_eq!(call(GOOD).await, REFUSED);
    assert_eq!(breaker("opening: policy").policy(), POLICY.failure_threshold(3));
}
