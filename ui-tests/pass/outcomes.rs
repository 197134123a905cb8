use std::time::Duration;

use resilient::{Error, GiveUpEvent, circuit_breaker, fallback, retry, timeout};

struct Response {
    status: u16,
}

impl Response {
    fn is_busy(&self) -> bool {
        self.status == 503
    }

    fn asked(&self) -> Option<Duration> {
        self.is_busy().then_some(Duration::from_secs(1))
    }
}

fn failed(result: &Result<Response, Error>) -> bool {
    !matches!(result, Ok(Response { status: 200..=299 }))
}

fn pause(attempt: u32) -> Duration {
    Duration::from_secs(attempt.into())
}

fn gave_up(event: &GiveUpEvent<'_, Error>) {
    let _ = (event.failure(), event.refusal(), event.why, event.attempts, event.elapsed, event.name);
}

#[fallback(|result| result, fallback_if_ok = Response::is_busy, fallback_on(_), fallback_refused(circuit_open))]
#[retry(
    backoff = [1s, LONG, long],
    retry_if = |_| true,
    retry_if_ok = Response::is_busy,
    retry_after_ok = Response::asked,
    idempotent = id > 0,
    unsent_on(Error::CircuitOpen { .. }),
    on_give_up = gave_up,
    exhausted = wrap
)]
#[circuit_breaker(name = "outcomes", failure_if_ok = Response::is_busy, failure_if = |_| true)]
#[timeout(2s)]
async fn by_parts(id: u16, long: Duration) -> Result<Response, Error> {
    Ok(Response { status: id })
}

const LONG: Duration = Duration::from_secs(30);

#[fallback(default, fallback_if_result = |result| result.is_err())]
#[retry(backoff = pause, retry_if_result = |result| matches!(result, Ok(0) | Err(Error::BulkheadFull { .. })))]
#[circuit_breaker(name = "outcomes, sync", failure_if_result = Result::is_err)]
fn by_result(id: u16) -> Result<u16, Error> {
    Ok(id)
}

#[retry(max_attempts = 4, backoff = [1s, 5s, 10s], retry_if_result = failed)]
async fn whole() -> Result<Response, Error> {
    Ok(Response { status: 200 })
}

fn main() {
    drop((by_parts(200, LONG), whole()));
    assert_eq!(by_result(7).unwrap(), 7);
}
