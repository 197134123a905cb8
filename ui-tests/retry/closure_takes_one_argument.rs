//! The closure of a setting takes one argument.
//!
//! fix: #[retry(retry_if = |error| error.is_timed_out())]

use resilient::{Error, retry, timeout};

#[retry(retry_if = |error, attempt| error.is_timed_out())]
fn first() -> Result<u32, Error> {
    Ok(1)
}

#[retry(on_retry = || println!("again"), retry_if_ok = |a, b| a == b)]
fn second() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(1s, map_err = || Error::default())]
async fn third() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
