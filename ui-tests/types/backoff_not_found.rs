//! A word that is no formula is the name of a function of the attempt.
//!
//! fix: #[retry(backoff = fibonacci)]

use resilient::retry;

#[retry(backoff = quadratic)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
