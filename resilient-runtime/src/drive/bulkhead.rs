//! Waiting for a slot.

use std::time::{Duration, Instant};

use crate::drive::park::block_until;
use crate::error::Error;
use crate::shared::bulkhead::{Bulkhead, Entered, Slot};

impl Bulkhead {
    /// A slot, waited for as long as the policy's `max_wait`. Dropped while it waits, it leaves the queue. A call that
    /// has to wait allocates once.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy};
    /// use std::time::Duration;
    ///
    /// let bulkhead = Bulkhead::new("db", BulkheadPolicy::new(1).max_wait(Duration::from_secs(5)));
    /// let slot = bulkhead.acquire().await.unwrap();
    /// assert_eq!(bulkhead.in_flight(), 1);
    /// # drop(slot);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::BulkheadFull`] if none became free in time, or the queue is full.
    ///
    /// # Panics
    ///
    /// If it has to wait outside of a tokio runtime with time enabled.
    pub async fn acquire(&self) -> Result<Slot<'_>, Error> {
        if let Some(slot) = self.free_slot() {
            return Ok(slot);
        }
        if self.policy().wait().is_zero() {
            return Err(self.refused());
        }
        // Boxed, so that calls that need not wait carry no timer.
        Box::pin(self.wait()).await
    }

    async fn wait(&self) -> Result<Slot<'_>, Error> {
        match self.enter()? {
            Entered::Slot(slot) => Ok(slot),
            Entered::Queue(waiting) => match tokio::time::timeout(self.policy().wait(), waiting).await {
                Ok(()) => Ok(self.slot()),
                Err(_) => Err(self.refused()),
            },
        }
    }

    /// A slot, waited for by holding up the thread, in one queue with those who await one.
    ///
    /// # Errors
    ///
    /// [`Error::BulkheadFull`] if none became free within `max_wait`, or the queue is full.
    pub fn acquire_blocking(&self, max_wait: Duration) -> Result<Slot<'_>, Error> {
        if let Some(slot) = self.free_slot() {
            return Ok(slot);
        }
        if max_wait.is_zero() {
            return Err(self.refused());
        }
        match self.enter()? {
            Entered::Slot(slot) => Ok(slot),
            Entered::Queue(waiting) => match block_until(Instant::now().checked_add(max_wait), waiting) {
                Some(()) => Ok(self.slot()),
                None => Err(self.refused()),
            },
        }
    }

    /// As `acquire`, by holding up the thread.
    #[doc(hidden)]
    pub fn enter_blocking(&self) -> Result<Slot<'_>, Error> {
        self.acquire_blocking(self.policy().wait())
    }
}
