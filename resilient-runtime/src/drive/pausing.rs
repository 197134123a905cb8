//! The pauses between attempts. No attempt begins after the deadline above, whatever the pause before it did.

use std::time::Duration;

use crate::clock;
use crate::drive::alarm::{Alarm, At as _};
use crate::drive::dropped::InAWait;
use crate::drive::{deadline, ledger, pause};

/// Waits without holding up the thread.
///
/// If the timeout above is over by then, it goes on waiting: in the same poll, or as soon as its own timer says so, that
/// timeout drops it.
pub async fn sleep(duration: Duration) {
    let _waits = InAWait;
    pause::sleep(duration).await;
    if deadline::over_while_polled().is_some() {
        // Not for ever: with a `block_on` between, the timeout cannot drop this before that has ended.
        Alarm::at(clock::nanos().saturating_add(GRACE)).await;
    }
}

/// In nanoseconds, more than any timer is late.
const GRACE: u64 = 50_000_000;

/// Waits by holding up the thread. Whether another attempt may begin: not if the deadline above is over.
#[must_use]
pub fn sleep_blocking(duration: Duration) -> bool {
    if deadline::over().is_some() {
        return false;
    }
    ledger::waiting(|| pause::sleep_blocking(duration));
    let is_over = deadline::over().is_some();
    if is_over {
        ledger::a_wait_ended();
    }
    !is_over
}
