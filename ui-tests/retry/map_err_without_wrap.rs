//! `map_err` of a retry needs `exhausted = wrap`.
//!
//! fix: #[retry(exhausted = wrap, map_err = std::convert::identity)]

use resilient::retry;

#[retry(map_err = std::convert::identity)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
