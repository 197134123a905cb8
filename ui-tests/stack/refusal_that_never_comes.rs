//! `retry_refused` names refusals of attributes below.
//!
//! fix:
//!     #[retry(retry_refused(timed_out))]
//!     #[timeout(1s)]

use resilient::{bulkhead, circuit_breaker, fallback, retry, timeout};

#[retry(retry_refused(timed_out))]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(2s)]
#[retry(retry_refused(timed_out, circuit_open))]
#[circuit_breaker(name = "payments")]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_refused(bulkhead_full))]
#[fallback(default, fallback_on(resilient::Error::BulkheadFull { .. }))]
#[bulkhead(max_concurrent = 3)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
