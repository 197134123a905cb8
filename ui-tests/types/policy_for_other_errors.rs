//! A policy with functions over errors is for the errors of one type.
//!
//! fix: #[retry(policy = RetryPolicy::new())]

use std::fmt;
use std::io;

use resilient::{RetryPolicy, retry};

const FILES: RetryPolicy<io::Error> = RetryPolicy::new().retry_if(|error: &io::Error| error.kind().is_transient());

trait IsTransient {
    fn is_transient(&self) -> bool;
}

impl IsTransient for io::ErrorKind {
    fn is_transient(&self) -> bool {
        matches!(self, io::ErrorKind::TimedOut)
    }
}

#[retry(policy = FILES)]
async fn text() -> Result<String, fmt::Error> {
    Ok(String::new())
}

#[retry(policy = FILES, max_attempts = 2)]
fn number() -> Result<u32, fmt::Error> {
    Ok(7)
}

fn main() {}
