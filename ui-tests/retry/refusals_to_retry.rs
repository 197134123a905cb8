//! `retry_refused` takes names of refusals.
//!
//! fix: #[retry]

use resilient::{retry, timeout};

#[retry(retry_refused())]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_refused(timeout))]
#[timeout(1s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_refused(timed_out, timed_out))]
#[timeout(1s)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_refused = timed_out)]
#[timeout(1s)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
