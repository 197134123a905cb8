//! The delays between attempts. No attempt begins after the deadline above, whatever the delay before it did.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use crate::core::clock;
use crate::deadline::dropped::InAWait;
use crate::deadline::{current as deadline, open_calls as ledger};
use crate::timer::sleep::{Sleep, SleepFuture as _};

/// What a delay of zero lasts where tokio's clock stands still: that clock moves on only while all tasks sleep.
const LEAST_WHILE_PAUSED: Duration = Duration::from_millis(1);

/// In nanoseconds, more than any timer is late.
const GRACE: u64 = 50_000_000;

/// Waits without holding up the thread; a delay of zero lets other tasks have their turn.
///
/// If the timeout above is over by then, it goes on waiting: in the same poll, or as soon as its own timer fires, that
/// timeout drops it.
pub async fn sleep(duration: Duration) {
    let _waits = InAWait;
    match duration {
        Duration::ZERO if clock::stands_still() => Sleep::after(LEAST_WHILE_PAUSED).await,
        Duration::ZERO => yield_now().await,
        duration => Sleep::after(duration).await,
    }
    wait_for_timeout_above().await;
}

/// If the timeout above is over, waits to be dropped by it, so that nothing ends in its place. Ready at once otherwise.
pub(crate) async fn wait_for_timeout_above() {
    if deadline::over_while_polled().is_some() {
        // Not for ever: with a `block_on` between, the timeout cannot drop this before that has ended.
        Sleep::at(clock::nanos().saturating_add(GRACE)).await;
    }
}

/// Waits by holding up the thread; a delay of zero lets other threads have their turn. Whether another attempt may begin:
/// not if the deadline above is over.
#[must_use]
pub fn sleep_blocking(duration: Duration) -> bool {
    if deadline::over().is_some() {
        return false;
    }
    ledger::waiting(|| match duration {
        Duration::ZERO => std::thread::yield_now(),
        duration => std::thread::sleep(duration),
    });
    let is_over = deadline::over().is_some();
    if is_over {
        ledger::a_wait_ended();
    }
    !is_over
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
