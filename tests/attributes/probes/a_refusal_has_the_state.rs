//! A refusal says whether the breaker is open or half-open.

use super::*;

fn state_and_retry_after(breaker: &CircuitBreaker) -> (CircuitState, Option<Duration>) {
    match refusal(breaker) {
        Error::CircuitOpen { state, retry_after, .. } => (state, retry_after),
        other => panic!("{other} is no refusal of a breaker"),
    }
}

#[tokio::test(start_paused = true)]
async fn and_when_to_come_back_if_that_is_known() {
    let breaker = opened(ONE_PROBE);
    assert_eq!(state_and_retry_after(&breaker), (CircuitState::Open, Some(OPEN)));
    assert_eq!(refusal(&breaker).to_string(), "circuit breaker `probes` is open, retry after 30s");
    advance(OPEN).await;
    let _probe = breaker.try_acquire().expect("a probe");
    assert_eq!(state_and_retry_after(&breaker), (CircuitState::HalfOpen, None));
    let text = "circuit breaker `probes` is half-open with every probe under way";
    assert_eq!(refusal(&breaker).to_string(), text);
    breaker.force_open();
    assert_eq!(state_and_retry_after(&breaker), (CircuitState::ForcedOpen, None));
    assert_eq!(refusal(&breaker).to_string(), "circuit breaker `probes` is forced open");
}
