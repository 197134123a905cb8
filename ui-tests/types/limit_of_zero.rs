//! A constant is checked when compiled, also if it is an option.
//!
//! fix: #[timeout(std::time::Duration::from_secs(5))]

use resilient::{Error, retry, timeout};
use std::time::Duration;

const PLAIN: Duration = Duration::ZERO;
const OPTIONAL: Option<Duration> = Some(Duration::ZERO);

#[timeout(PLAIN)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[timeout(OPTIONAL)]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[retry(max_elapsed = OPTIONAL)]
fn third() -> Result<(), Error> {
    Ok(())
}

fn main() {}
