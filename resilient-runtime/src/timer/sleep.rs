//! A future that is ready at a deadline. It uses tokio's timer if tokio's clock is paused, and this library's
//! otherwise.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::task::coop::{Unconstrained, unconstrained};
use tokio::time::sleep_until;

use crate::core::clock;
use crate::timer::queue::TimerKey;
use crate::timer::scoped::ScopedSleep;
use crate::timer::thread::TimerThread;

/// The sleep of this program: without tokio's `test-util` its clock cannot be paused, and the choice costs nothing.
pub(crate) type Sleep = <Pausable<{ clock::PAUSABLE || cfg!(feature = "testing") }> as Choice>::Sleep;

/// A future that is ready at a deadline.
pub(crate) trait SleepFuture: Future<Output = ()> {
    /// Until a deadline in nanoseconds on the clock's scale.
    fn at(deadline: u64) -> Self;

    /// For so long from now.
    fn after(limit: Duration) -> Self
    where
        Self: Sized,
    {
        Self::at(clock::deadline_in(limit))
    }
}

pub(crate) struct Pausable<const YES: bool>;

pub(crate) trait Choice {
    type Sleep: SleepFuture;
}

impl Choice for Pausable<true> {
    type Sleep = PausableSleep;
}

impl Choice for Pausable<false> {
    type Sleep = TimerSleep;
}

pin_project! {
    /// A sleep by either timer, chosen when it is made.
    #[project = PausableSleepProjection]
    pub(crate) enum PausableSleep {
        /// Unconstrained, because a body that uses up tokio's budget for a task must not keep its own timer from
        /// firing.
        Tokio { #[pin] sleep: Unconstrained<tokio::time::Sleep> },
        Own { #[pin] sleep: TimerSleep },
        /// By the clock of a test's scope.
        Scoped { sleep: ScopedSleep },
    }
}

impl SleepFuture for PausableSleep {
    fn at(deadline: u64) -> Self {
        if let Some(sleep) = ScopedSleep::at(deadline) {
            Self::Scoped { sleep }
        } else if clock::stands_still() {
            Self::Tokio { sleep: unconstrained(sleep_until(clock::instant(deadline))) }
        } else {
            Self::Own { sleep: TimerSleep::at(deadline) }
        }
    }
}

impl Future for PausableSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.project() {
            PausableSleepProjection::Tokio { sleep } => sleep.poll(context),
            PausableSleepProjection::Own { sleep } => sleep.poll(context),
            PausableSleepProjection::Scoped { sleep } => sleep.poll(context),
        }
    }
}

/// A sleep by the timer of this library, which belongs to no runtime.
#[derive(Debug)]
pub(crate) struct TimerSleep(Stage);

#[derive(Debug)]
enum Stage {
    /// Not polled yet.
    At(u64),
    Set(TimerKey),
    Over,
}

impl SleepFuture for TimerSleep {
    fn at(deadline: u64) -> Self {
        Self::in_real_time(clock::real_deadline(deadline))
    }
}

impl TimerSleep {
    /// Until a moment of the real clock.
    pub(super) const fn in_real_time(deadline: u64) -> Self {
        Self(Stage::At(deadline))
    }
}

impl Future for TimerSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.0 {
            Stage::At(deadline) => self.0 = Stage::Set(TimerThread::get().set(deadline, context.waker())),
            Stage::Set(key) if TimerThread::get().poll(key, context.waker()) => self.0 = Stage::Over,
            Stage::Set(_) | Stage::Over => {}
        }
        if matches!(self.0, Stage::Over) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for TimerSleep {
    fn drop(&mut self) {
        if let Stage::Set(key) = self.0 {
            TimerThread::get().remove(key);
        }
    }
}

/// Polls a future for so long; `None` if it is not ready by then. `Duration::MAX` is no limit, and sets no timer.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut sleep = pin!((limit < Duration::MAX).then(|| Sleep::after(limit)));
    poll_fn(|context| match (future.as_mut().poll(context), sleep.as_mut().as_pin_mut()) {
        (Poll::Ready(output), _) => Poll::Ready(Some(output)),
        (Poll::Pending, Some(sleep)) => sleep.poll(context).map(|()| None),
        (Poll::Pending, None) => Poll::Pending,
    })
    .await
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::core::block_on::block_until;

    #[test]
    fn a_sleep_wakes_its_task() {
        for _ in 0..10 {
            let deadline = clock::real_nanos() + 100_000;
            block_until(None, TimerSleep::at(deadline)).expect("there is no other deadline");
            assert!(deadline <= clock::real_nanos(), "it never wakes too early");
        }
    }

    #[test]
    fn an_earlier_sleep_does_not_wait_for_a_later_one() {
        let hour = 3_600_000_000_000;
        let mut later = pin!(TimerSleep::at(clock::nanos() + hour));
        assert!(later.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        block_until(None, TimerSleep::at(clock::nanos())).expect("there is no other deadline");
        assert!(later.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }

    #[tokio::test(start_paused = true)]
    async fn a_future_is_polled_for_so_long_or_without_a_limit() {
        let hour = Duration::from_secs(3_600);
        assert_eq!(within(hour, tokio::time::sleep(hour / 2)).await, Some(()));
        assert_eq!(within(hour, tokio::time::sleep(hour * 2)).await, None);
        assert_eq!(within(Duration::MAX, tokio::time::sleep(hour * 9_000)).await, Some(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_begins_while_tokios_clock_stands_still_is_tokios() {
        assert!(matches!(PausableSleep::after(Duration::from_secs(1)), PausableSleep::Tokio { .. }));
        tokio::time::resume();
        assert!(matches!(PausableSleep::after(Duration::from_secs(1)), PausableSleep::Own { .. }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_begins_after_tokios_clock_was_moved_lasts_no_longer() {
        let hour = Duration::from_secs(3_600);
        tokio::time::advance(hour).await;
        tokio::time::resume();
        let start = std::time::Instant::now();
        PausableSleep::after(Duration::from_millis(5)).await;
        assert!(start.elapsed() < hour / 2);
    }
}
