//! `#[rate_limit]`: as many calls as the server allows, and a stop for all of them if it says "too many".

use std::time::{Duration, Instant};

use resilient::{RateLimiter, rate_limit};

/// Three calls in any 100 ms, for all functions that name it. Others wait for at most a second.
#[rate_limit(permits = 3, per = 100ms, max_wait = 1s)]
static GITHUB: RateLimiter;

#[derive(Debug, thiserror::Error)]
enum ApiError {
    #[error("too many calls, says the server")]
    TooMany { retry_after: Option<Duration> },
    #[error(transparent)]
    Refused(#[from] resilient::Error),
}

fn retry_after(error: &ApiError) -> Option<Duration> {
    match error {
        ApiError::TooMany { retry_after } => *retry_after,
        ApiError::Refused(_) => None,
    }
}

/// A server that counts differently, and asks for 200 ms of silence at the fifth call.
#[rate_limit(GITHUB, paused_on(ApiError::TooMany { .. }), retry_after = retry_after)]
async fn stars(call: u32) -> Result<u32, ApiError> {
    if call == 5 { Err(ApiError::TooMany { retry_after: Some(Duration::from_millis(200)) }) } else { Ok(call) }
}

/// From sync code: the same limit, one queue. Each name takes a permit.
#[rate_limit(GITHUB, cost = names.len())]
fn count(names: &[&str]) -> Result<usize, resilient::Error> {
    Ok(names.len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    for call in 1..=7 {
        let answer = stars(call).await.map_or_else(|error| error.to_string(), |stars| format!("{stars} stars"));
        println!("{:>3} ms  call {call}: {answer}", start.elapsed().as_millis());
    }
    println!("two names from sync code: {:?}", count(&["tokio", "serde"]));
    println!("four at once can never pass: {}", count(&["a", "b", "c", "d"]).unwrap_err());
    println!("{:?}", GITHUB.stats());
}
