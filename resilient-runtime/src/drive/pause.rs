//! The pauses between attempts.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use crate::clock;
use crate::drive::alarm::{Alarm, At as _};

/// What a pause of zero lasts where tokio's clock stands still: that clock moves on only while all tasks sleep.
const LEAST_WHILE_PAUSED: Duration = Duration::from_millis(1);

/// Waits without holding up the thread; a pause of zero lets other tasks have their turn.
pub(crate) async fn sleep(pause: Duration) {
    match pause {
        Duration::ZERO if clock::stands_still() => Alarm::after(LEAST_WHILE_PAUSED).await,
        Duration::ZERO => yield_now().await,
        pause => Alarm::after(pause).await,
    }
}

/// Waits by holding up the thread; a pause of zero lets other threads have their turn.
pub(crate) fn sleep_blocking(pause: Duration) {
    if pause.is_zero() {
        std::thread::yield_now();
    } else {
        std::thread::sleep(pause);
    }
}

/// Pending once, and woken at once.
async fn yield_now() {
    let mut has_yielded = false;
    poll_fn(|context| {
        if has_yielded {
            return Poll::Ready(());
        }
        has_yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
