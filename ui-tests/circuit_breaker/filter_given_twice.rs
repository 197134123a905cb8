//! Only one filter selects the errors that are failures.
//!
//! fix: #[circuit_breaker(name = "payments", failure_if = resilient::Error::is_timed_out)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "payments", failure_if = resilient::Error::is_timed_out, failure_on(resilient::Error::TimedOut { .. }))]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
