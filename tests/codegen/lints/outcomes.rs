//! Settings that look at whole outcomes.

use super::*;

fn is_short(text: &str) -> bool {
    text.is_empty()
}

fn pause(attempt: u32) -> Duration {
    Duration::from_millis(attempt.into())
}

#[fallback(|result| result, default, fallback_if_ok = |text| is_short(text), fallback_on(Fault::NotFound(_)), fallback_refused(circuit_open))]
#[retry(
    backoff = [1ms, limit / 60_000], retry_if_ok = |text| is_short(text), retry_on(Fault::NotFound(_)),
    retry_after_ok = |_| None, idempotent = id > 0, unsent_on(Fault::NotFound(_)),
    on_give_up = |event| assert!(event.attempts > 0 && id > 0), exhausted = wrap
)]
#[circuit_breaker(name = "lints: outcomes", failure_if_ok = |text| is_short(text), failure_on(Fault::NotFound(_)))]
#[timeout(limit)]
async fn awaits(id: u32, limit: Duration) -> Outcome {
    rest().await;
    found(id)
}

#[fallback(|result| result, fallback_if_result = Result::is_err, fallback_refused(circuit_open))]
#[retry(backoff = pause, retry_if_result = |result| result.as_ref().is_ok_and(|text| is_short(text)), on_give_up = |_| ())]
#[circuit_breaker(name = "lints: outcomes, sync", failure_if_result = |result| result.is_err() && id > 0)]
#[bulkhead(name = "lints: outcomes, sync", max_concurrent = 3)]
fn blocks(id: u32) -> Outcome {
    found(id)
}

#[fallback(default, fallback_if_ok = Option::is_none)]
#[retry(backoff = |attempt| pause(attempt + id), retry_if_ok = Option::is_none, idempotent = id > 0)]
fn gives_no_result(id: u32) -> Option<u32> {
    id.checked_sub(1)
}

#[retry(backoff = [1ms, 2ms])]
async fn lists(id: u32) -> Outcome {
    rest().await;
    found(id)
}

#[tokio::test]
async fn it_acts_as_without_a_warning() {
    assert!(awaits(7, Duration::from_secs(60)).await.is_ok());
    assert!(blocks(7).is_ok());
    assert_eq!(gives_no_result(7), Some(6));
    assert!(lists(7).await.is_ok());
}
