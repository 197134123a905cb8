//! Sleeping between attempts. No attempt begins after the deadline above, however long the sleep took.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use crate::core::block_on::block_for;
use crate::core::clock;
use crate::deadline::dropped::InAWait;
use crate::deadline::{current as deadline, open_calls};
use crate::retry::overrides::has_no_delays;
use crate::timer::sleep::{Sleep, SleepFuture as _};

/// How long a delay of zero lasts while tokio's clock is paused: that clock advances only while all tasks sleep.
const LEAST_WHILE_PAUSED: Duration = Duration::from_millis(1);

/// More than any timer is late, in nanoseconds.
const GRACE: u64 = 50_000_000;

/// Sleeps without blocking the thread; a delay of zero yields to other tasks.
///
/// If the timeout above is over at the end, this stays pending until that timeout drops it, in the same poll or when
/// its own timer fires.
pub async fn sleep(duration: Duration) {
    let _waits = InAWait;
    match duration {
        _ if has_no_delays() => yield_now().await,
        Duration::ZERO if clock::stands_still() => Sleep::after(LEAST_WHILE_PAUSED).await,
        Duration::ZERO => yield_now().await,
        duration => Sleep::after(duration).await,
    }
    wait_for_timeout_above().await;
}

/// If the timeout above is over, waits to be dropped by it, so that no other outcome comes first. Otherwise ready at
/// once.
pub(crate) async fn wait_for_timeout_above() {
    if deadline::expired_async_limit().is_some() {
        // Not for ever, because a timeout outside of a `block_on` cannot drop this before the `block_on` returns.
        Sleep::at(clock::nanos().saturating_add(GRACE)).await;
    }
}

/// Sleeps by blocking the thread; a delay of zero yields to other threads. Returns whether another attempt may begin:
/// not if the deadline above is over, or if a timeout is where the policy `heeds` no other deadline.
#[must_use]
pub(crate) fn sleep_blocking(duration: Duration, heeds: bool) -> bool {
    let is_over = || if heeds { deadline::expired().is_some() } else { deadline::is_timed_out() };
    if is_over() {
        return false;
    }
    open_calls::waiting(|| match duration {
        _ if has_no_delays() => {}
        Duration::ZERO => std::thread::yield_now(),
        duration => block_for(duration),
    });
    let is_over = is_over();
    if is_over {
        open_calls::a_wait_ended();
    }
    !is_over
}

/// Pending once, and wakes itself.
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
