//! Only one filter selects the errors that are retried.
//!
//! fix: #[retry(retry_on(resilient::Error::TimedOut { .. } | resilient::Error::BulkheadFull { .. }))]

use resilient::retry;

#[retry(retry_on(resilient::Error::TimedOut { .. }), retry_if = resilient::Error::is_timed_out)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_on(resilient::Error::TimedOut { .. }), retry_on(resilient::Error::CircuitOpen { .. }))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
