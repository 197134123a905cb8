//! Futures that are dropped at a poll of the test's choice.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::task::yield_now;

/// `None` if so many polls were not enough; then the future has been dropped.
pub async fn polled<T>(call: impl Future<Output = T>, mut left: usize) -> Option<T> {
    let mut call = pin!(call);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        call.as_mut().poll(context).map(Some)
    })
    .await
}

/// Lets others have so many turns.
pub async fn some_turns(turns: usize) {
    for _ in 0..turns {
        yield_now().await;
    }
}
