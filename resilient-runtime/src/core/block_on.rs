//! Blocks a thread: until a future is ready, or for a time.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use crate::core::clock;

/// Polls the future and parks the thread in between. `None` if the deadline, which is on the clock of
/// [`thread_now`](clock::thread_now), passes first.
pub(crate) fn block_until<F: Future>(deadline: Option<Instant>, future: F) -> Option<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        if !park_until(deadline) {
            return None;
        }
    }
}

/// Parks the thread until it is unparked, or until the deadline: `false` if that is over.
fn park_until(deadline: Option<Instant>) -> bool {
    #[cfg(feature = "testing")]
    if let Some(scope) = crate::core::scope::current() {
        return scope.park(deadline.map(clock::real_instant));
    }
    let Some(deadline) = deadline else {
        thread::park();
        return true;
    };
    let left = deadline.saturating_duration_since(clock::thread_now());
    if !left.is_zero() {
        thread::park_timeout(left);
    }
    !left.is_zero()
}

/// Blocks the thread for so long.
pub(crate) fn block_for(time: Duration) {
    #[cfg(feature = "testing")]
    if let Some(scope) = crate::core::scope::current() {
        return scope.sleep(time);
    }
    thread::sleep(time);
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
