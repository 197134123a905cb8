//! A slot that owns its bulkhead, for what outlives the caller, such as a spawned task.

use std::sync::Arc;

use crate::bulkhead::bulkhead::Bulkhead;
use crate::core::error::Error;

impl Bulkhead {
    /// As [`acquire`](Self::acquire) for a bulkhead in an [`Arc`], which the slot shares: so it can be moved into a
    /// task or a thread.
    ///
    /// Cancellation: dropped while it waits, it leaves the queue.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy};
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// let policy = BulkheadPolicy::new(1).max_wait(Duration::from_secs(5));
    /// let bulkhead = Arc::new(Bulkhead::new("mail", policy));
    /// let slot = bulkhead.acquire_owned().await.unwrap();
    /// let task = tokio::spawn(async move {
    ///     // The mail is sent here.
    ///     drop(slot);
    /// });
    /// assert_eq!(bulkhead.in_flight(), 1);
    /// task.await.unwrap();
    /// assert_eq!(bulkhead.in_flight(), 0);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire).
    pub fn acquire_owned(self: &Arc<Self>) -> impl Future<Output = Result<OwnedSlot, Error>> + use<> {
        let bulkhead = Arc::clone(self);
        async {
            bulkhead.acquire().await?.keep();
            Ok(OwnedSlot { bulkhead })
        }
    }

    /// As [`try_acquire`](Self::try_acquire) for a bulkhead in an [`Arc`], which the slot shares.
    ///
    /// # Errors
    ///
    /// As [`try_acquire`](Self::try_acquire).
    pub fn try_acquire_owned(self: &Arc<Self>) -> Result<OwnedSlot, Error> {
        self.try_acquire()?.keep();
        Ok(OwnedSlot { bulkhead: Arc::clone(self) })
    }
}

/// A [`Slot`](crate::Slot) that owns its bulkhead. Dropping it frees the slot, or hands it to the first caller that
/// waits. From [`Bulkhead::acquire_owned`].
#[derive(Debug)]
#[must_use = "a slot that is dropped at once limits nothing"]
pub struct OwnedSlot {
    bulkhead: Arc<Bulkhead>,
}

impl Drop for OwnedSlot {
    fn drop(&mut self) {
        drop(self.bulkhead.slot());
    }
}
