//! A recursive call that waits for the slot of its caller is refused.

use super::*;

#[tokio::test(start_paused = true)]
async fn ends_with_a_refusal_and_not_in_a_deadlock() {
    #[bulkhead(max_concurrent = 2, max_wait = 1s)]
    async fn call(depth: u32) -> Outcome {
        sleep(secs(1)).await;
        if depth == 0 { Ok(0) } else { Box::pin(call(depth - 1)).await }
    }

    assert_eq!(call(1).await, Ok(0));
    assert_eq!(call(2).await, Err(Fault::Refused(ErrorKind::BulkheadFull)));
}
