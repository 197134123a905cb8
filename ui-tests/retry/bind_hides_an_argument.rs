//! `bind` does not take the name of an argument.
//!
//! fix: #[retry(bind = this_attempt)]

use resilient::retry;

#[retry(bind = attempt)]
async fn plain(attempt: u32) -> Result<u32, resilient::Error> {
    Ok(attempt)
}

#[retry(bind = number)]
async fn in_a_pattern((_, number): (u32, u32)) -> Result<u32, resilient::Error> {
    Ok(number)
}

fn main() {}
