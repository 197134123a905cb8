//! The end of a bulkhead with threads.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::{Duration, Instant};

use crate::core::block_on::block_until;
use crate::core::drained::{Calls, Drained, Drains};
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;
use crate::thread_pool::Load;
use crate::timer::sleep::within;

impl ThreadBulkhead {
    /// Admits no further call, and blocks this thread until the bodies that run and those that wait have ended, at most
    /// for `wait`. What is left then goes on, and its callers get its results; threads end after their last body.
    ///
    /// From then on each call is refused with [`Error::BulkheadFull`](crate::Error::BulkheadFull) whose `limit` is 0,
    /// which no retry repeats; only what a body calls on its own thread still runs there. A second shutdown waits again.
    /// On a thread of the bulkhead itself it does not wait, because it would wait for its own body.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{ThreadBulkhead, ThreadBulkheadPolicy};
    /// use std::time::Duration;
    ///
    /// let images = ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4));
    /// assert_eq!(images.shutdown(Duration::from_secs(5)).left, 0);
    /// let refused = images.call(|| Ok::<_, std::io::Error>(())).unwrap_err();
    /// assert!(refused.refusal().unwrap().is_bulkhead_full());
    /// ```
    pub fn shutdown(&self, wait: Duration) -> Drained {
        self.shut_down(wait)
    }

    /// As [`shutdown`](Self::shutdown), without blocking the thread.
    ///
    /// Cancellation: dropped, it waits no longer; the bulkhead stays shut down if it was polled.
    pub async fn shutdown_async(&self, wait: Duration) -> Drained {
        let before = Drains::close(self);
        within(wait, self.wait_for_calls()).await;
        self.drained_since(before)
    }

    async fn wait_for_calls(&self) {
        if !self.pool.is_within() {
            poll_fn(|context| self.pool.poll_drained(context)).await;
        }
    }
}

impl Drains for ThreadBulkhead {
    fn close(&self) -> Calls {
        calls(self.pool.close())
    }

    fn calls(&self) -> Calls {
        calls(self.pool.load())
    }

    fn wait_until(&self, deadline: Option<Instant>) {
        // Ready, or too late.
        let _ = block_until(deadline, self.wait_for_calls());
    }

    fn wait(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.wait_for_calls())
    }
}

const fn calls(load: Load) -> Calls {
    Calls { ended: load.ended, left: load.busy + load.queued }
}
