//! A policy that wraps the last error makes the function return a refusal, which the attribute has to know.
//!
//! fix: #[retry(policy = WRAPS, exhausted = wrap)]

use resilient::{Exhausted, RetryPolicy, retry};

const WRAPS: RetryPolicy<std::io::Error> = RetryPolicy::new().for_errors().exhausted(Exhausted::Wrap);

#[retry(policy = WRAPS)]
async fn text() -> Result<String, std::io::Error> {
    Ok(String::new())
}

fn main() {}
