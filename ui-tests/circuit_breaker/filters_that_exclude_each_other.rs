//! `failure_if_result` looks at values and errors, so it stands alone.
//!
//! fix: #[circuit_breaker(name = "payments", failure_if_ok = |status| *status == 503, failure_if = resilient::Error::is_timed_out)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "payments", failure_if_ok = |status| *status == 503, failure_if_result = Result::is_err)]
async fn first() -> Result<u16, resilient::Error> {
    Ok(200)
}

fn main() {}
