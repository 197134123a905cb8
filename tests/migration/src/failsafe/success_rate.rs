use std::io;
use std::time::Duration;

use failsafe::futures::CircuitBreaker;
use failsafe::{Config, Error, backoff, failure_policy};

fn breaker() -> impl CircuitBreaker {
    let delays = backoff::exponential(Duration::from_secs(10), Duration::from_secs(300));
    let window = Duration::from_secs(30);
    let policy = failure_policy::success_rate_over_time_window(0.8, 5, window, delays);
    Config::new().failure_policy(policy).build()
}

async fn search(
    breaker: &impl CircuitBreaker,
    words: &str,
) -> Result<usize, Error<io::Error>> {
    breaker.call(async { Ok(words.len()) }).await
}
