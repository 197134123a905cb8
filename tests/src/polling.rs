//! Futures that are dropped after a chosen number of polls.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::task::yield_now;

/// Polls `call` up to `left` times. `None` if that was not enough; the call is dropped then.
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

/// Yields to other tasks `turns` times.
pub async fn some_turns(turns: usize) {
    for _ in 0..turns {
        yield_now().await;
    }
}
