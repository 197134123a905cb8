//! `retry_if_result` looks at values and errors, so it stands alone.
//!
//! fix: #[retry(retry_if_result = |result| matches!(result, Ok(503) | Err(resilient::Error::TimedOut { .. })))]

use resilient::retry;

#[retry(retry_on(resilient::Error::TimedOut { .. }), retry_if_result = |result| matches!(result, Ok(503)))]
async fn first() -> Result<u16, resilient::Error> {
    Ok(200)
}

#[retry(retry_if_result = Result::is_ok, retry_if_ok = |status| *status == 503, retry_if = resilient::Error::is_timed_out)]
async fn second() -> Result<u16, resilient::Error> {
    Ok(200)
}

fn main() {}
