//! The end of a bulkhead.

use std::pin::Pin;
use std::time::{Duration, Instant};

use crate::bulkhead::bulkhead::Bulkhead;
use crate::core::block_on::block_for;
use crate::core::clock;
use crate::core::drained::{Calls, Drained, Drains};
use crate::core::sync::{AtomicBool, Ordering};
use crate::timer::sleep::{Sleep, SleepFuture as _, within};

/// So often a shutdown looks whether calls are in flight: giving back a slot wakes only those that wait for one.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Whether a bulkhead admits calls.
///
/// Relaxed, because the lock of the queue orders it. A shutdown stores the flag and then looks under the lock whether calls
/// wait; a call changes the queue, or the limit, under the lock and then loads the flag. Whichever has the lock last sees
/// what the other one did.
#[derive(Debug)]
pub(super) struct Closed(AtomicBool);

impl Closed {
    pub(super) fn no() -> Self {
        Self(AtomicBool::new(false))
    }

    pub(super) fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Bulkhead {
    /// Admits no further call, and blocks this thread until the calls in flight, sync and async ones, have ended, at most
    /// for `wait`. Calls that wait already get their slots, and are waited for, too. What is left then goes on.
    ///
    /// From then on each call is refused with [`Error::BulkheadFull`](crate::Error::BulkheadFull) whose `limit` is 0,
    /// which no retry repeats; [`limit`](Self::limit) is 0 once no call waits, and [`set_limit`](Self::set_limit) changes
    /// nothing. A second shutdown waits again. What `finished` counts is as exact as [`in_flight`](Self::in_flight).
    ///
    /// Do not call it within a call of the same bulkhead: it would wait for that.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy};
    /// use std::time::Duration;
    ///
    /// let bulkhead = Bulkhead::new("db", BulkheadPolicy::new(10));
    /// let slot = bulkhead.try_acquire().unwrap();
    /// assert_eq!(bulkhead.shutdown(Duration::from_millis(1)).left, 1);
    /// drop(slot);
    /// assert_eq!(bulkhead.shutdown(Duration::from_secs(5)).left, 0);
    /// assert!(bulkhead.try_acquire().unwrap_err().is_bulkhead_full());
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
        while self.calls().left > 0 {
            Sleep::after(LOOK_EVERY).await;
        }
    }

    /// Called when a shutdown begins, and whenever a call has waited, because it may have been the last one. With a limit
    /// of zero no slot is free. While calls wait, the limit stays, so that they get theirs.
    #[inline]
    pub(super) fn take_all_slots_if_closed(&self) {
        if self.closed.is() {
            self.take_all_slots_if_none_waits();
        }
    }

    #[cold]
    fn take_all_slots_if_none_waits(&self) {
        if self.semaphore.waiting() == 0 {
            self.semaphore.set_limit(0);
        }
    }
}

impl Drains for Bulkhead {
    fn close(&self) -> Calls {
        let before = self.calls();
        self.closed.set();
        self.take_all_slots_if_closed();
        before
    }

    fn calls(&self) -> Calls {
        let in_flight = self.semaphore.taken();
        let ended = self.semaphore.total_taken().saturating_sub(in_flight);
        let in_flight = usize::try_from(in_flight).unwrap_or(usize::MAX);
        Calls { ended, left: in_flight.saturating_add(self.waiting()) }
    }

    fn wait_until(&self, deadline: Option<Instant>) {
        while self.calls().left > 0 {
            let left = deadline.map_or(LOOK_EVERY, |deadline| deadline.saturating_duration_since(clock::thread_now()));
            if left.is_zero() {
                break;
            }
            block_for(left.min(LOOK_EVERY));
        }
    }

    fn wait(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.wait_for_calls())
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Waker};

    use super::*;
    use crate::bulkhead::policy::BulkheadPolicy;
    use crate::core::error::Error;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn of(limit: u32) -> Bulkhead {
        Bulkhead::new("test", BulkheadPolicy::new(limit).unlimited_wait())
    }

    fn is_shut_down<T>(outcome: &Result<T, Error>) -> bool {
        matches!(outcome, Err(Error::BulkheadFull { limit: 0, .. }))
    }

    #[test]
    fn no_slot_is_free_after_it_whatever_the_limit_and_in_every_way_to_take_one() {
        for limit in [1, 10, 1_000] {
            let bulkhead = of(limit);
            drop(bulkhead.try_acquire().unwrap());
            assert_eq!(bulkhead.shutdown(HOUR), Drained::default());
            bulkhead.set_limit(5);
            assert!(is_shut_down(&bulkhead.try_acquire()));
            assert!(is_shut_down(&bulkhead.acquire_blocking(HOUR)));
            let mut acquire = pin!(bulkhead.acquire());
            let context = &mut Context::from_waker(Waker::noop());
            assert!(
                acquire.as_mut().poll(context).map(|outcome| is_shut_down(&outcome)) == std::task::Poll::Ready(true)
            );
            assert_eq!((bulkhead.limit(), bulkhead.available(), bulkhead.in_flight()), (0, 0, 0));
            assert_eq!(bulkhead.policy(), BulkheadPolicy::new(1).unlimited_wait());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_wait_get_their_slots_and_none_that_comes_later() {
        let bulkhead = of(1);
        let slot = bulkhead.try_acquire().unwrap();
        let mut waits = pin!(bulkhead.acquire());
        let mut gives_up = Box::pin(bulkhead.acquire());
        let context = &mut Context::from_waker(Waker::noop());
        assert!(waits.as_mut().poll(context).is_pending() && gives_up.as_mut().poll(context).is_pending());
        let left = bulkhead.shutdown_async(Duration::from_secs(1)).await;
        assert_eq!((left.finished, left.left), (0, 3));
        assert!(is_shut_down(&bulkhead.acquire().await));

        drop(slot);
        let slot = waits.await.expect("it was in line");
        assert_eq!(bulkhead.in_flight(), 1);
        drop(slot);
        drop(gives_up);
        assert_eq!((bulkhead.in_flight(), bulkhead.waiting(), bulkhead.limit()), (0, 0, 0));
        assert!(is_shut_down(&bulkhead.try_acquire()));
        assert_eq!(bulkhead.stats().accepted_calls, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_the_last_call_has_ended() {
        let bulkhead = Arc::new(of(3));
        let slots = [bulkhead.try_acquire_owned().unwrap(), bulkhead.try_acquire_owned().unwrap()];
        let mut ending = pin!(bulkhead.shutdown_async(HOUR));
        assert!(ending.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        tokio::spawn(async {
            tokio::time::sleep(HOUR / 2).await;
            drop(slots);
        });
        let start = tokio::time::Instant::now();
        assert_eq!(ending.await, Drained { finished: 2, left: 0 });
        assert!(start.elapsed() < HOUR);
    }

    #[test]
    fn threads_that_come_while_it_begins_are_admitted_and_waited_for_or_refused() {
        for _ in 0..200 {
            let bulkhead = of(2);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| while !is_shut_down(&bulkhead.acquire_blocking(HOUR).map(drop)) {});
                }
                assert_eq!(bulkhead.shutdown(HOUR).left, 0);
                assert_eq!(bulkhead.in_flight(), 0);
            });
        }
    }
}
