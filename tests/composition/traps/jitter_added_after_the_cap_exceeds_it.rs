//! Jitter stays below `max_delay`, and many attempts do not overflow.

use super::*;

#[tokio::test(start_paused = true)]
async fn not_here_at_attempt_64_either() {
    #[retry(max_attempts = 200, base_delay = 1s, max_delay = 10s, jitter = 1.0, on_retry = |event| {
        longest.set(longest.get().max(event.delay));
    })]
    async fn call(longest: &Cell<Duration>) -> Outcome {
        BAD
    }

    let longest = Cell::default();
    assert_eq!(call(&longest).await, BAD);
    assert_eq!(longest.get(), secs(10));
}
