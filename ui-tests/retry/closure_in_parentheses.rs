//! A function or closure stands behind `=`, a pattern in parentheses.
//!
//! fix: #[retry(retry_if = |error| error.is_timed_out(), retry_if_ok = |_| false)]

use resilient::retry;

#[retry(retry_if(|error: &resilient::Error| error.is_timed_out()), retry_if_ok(|_| false))]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
