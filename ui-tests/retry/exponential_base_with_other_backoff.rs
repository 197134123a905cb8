//! Only exponential pauses have a base.
//!
//! mend: #[retry(backoff = exponential, exponential_base = 3.0)]

use resilient::retry;

#[retry(backoff = linear, exponential_base = 3.0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
