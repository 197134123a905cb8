//! `?` and `return` leave the attempt, and every attribute sees the error.

use super::*;

#[tokio::test(start_paused = true)]
async fn not_here_in_any_layer() {
    #[fallback(value = 100)]
    #[retry(max_attempts = 5)]
    #[circuit_breaker(name = "traps: question mark")]
    #[timeout(1s)]
    #[bulkhead(max_concurrent = 1)]
    async fn call(ran: &Cell<u32>) -> Outcome {
        ran.set(ran.get() + 1);
        if ran.get() == 2 {
            return BAD;
        }
        if ran.get() < 4 {
            BAD?;
        }
        Ok(ran.get())
    }

    let ran = Cell::new(0);
    assert_eq!(call(&ran).await, Ok(4));
    let stats = breaker("traps: question mark").stats();
    assert_eq!((stats.failed_calls, stats.successful_calls), (3, 1));
}
