//! A future that is ready at a deadline: by tokio's timer where tokio's clock stands still, by our own elsewhere.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::task::coop::{Unconstrained, unconstrained};
use tokio::time::{Sleep, sleep_until};

use crate::core::clock;
use crate::timer::queue::Place;
use crate::timer::thread::Timer;

/// The kind for this program.
pub(crate) type Alarm = <Pausable<{ clock::PAUSABLE }> as Choice>::Alarm;

/// A future for a deadline, which is in nanoseconds on the clock's scale.
pub(crate) trait At: Future<Output = ()> {
    fn at(deadline: u64) -> Self;

    /// For so much time from now.
    fn after(limit: Duration) -> Self
    where
        Self: Sized,
    {
        Self::at(clock::deadline_in(limit))
    }
}

pub(crate) struct Pausable<const YES: bool>;

pub(crate) trait Choice {
    type Alarm: At;
}

impl Choice for Pausable<true> {
    type Alarm = EitherAlarm;
}

impl Choice for Pausable<false> {
    type Alarm = OwnAlarm;
}

pin_project! {
    /// Chosen when the wait begins.
    #[project = Either]
    pub(crate) enum EitherAlarm {
        /// Not bound by tokio's budget for a task: a body that uses all of it up must not keep its own timer from firing.
        Tokio { #[pin] sleep: Unconstrained<Sleep> },
        Own { #[pin] alarm: OwnAlarm },
    }
}

impl At for EitherAlarm {
    fn at(deadline: u64) -> Self {
        if clock::stands_still() {
            Self::Tokio { sleep: unconstrained(sleep_until(clock::instant(deadline))) }
        } else {
            Self::Own { alarm: OwnAlarm::at(deadline) }
        }
    }
}

impl Future for EitherAlarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.project() {
            Either::Tokio { sleep } => sleep.poll(context),
            Either::Own { alarm } => alarm.poll(context),
        }
    }
}

/// An alarm of ours. It belongs to no runtime.
#[derive(Debug)]
pub(crate) struct OwnAlarm(State);

#[derive(Debug)]
enum State {
    /// To be set when first polled.
    At(u64),
    Set(Place),
    Over,
}

impl At for OwnAlarm {
    fn at(deadline: u64) -> Self {
        Self(State::At(clock::real_deadline(deadline)))
    }
}

impl Future for OwnAlarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.0 {
            State::At(deadline) => self.0 = State::Set(Timer::get().set(deadline, context.waker())),
            State::Set(place) if Timer::get().poll(place, context.waker()) => self.0 = State::Over,
            State::Set(_) | State::Over => {}
        }
        if matches!(self.0, State::Over) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for OwnAlarm {
    fn drop(&mut self) {
        if let State::Set(place) = self.0 {
            Timer::get().remove(place);
        }
    }
}

/// What a future gives within so much time; `None` if it was not ready then.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let (mut future, mut alarm) = (pin!(future), pin!(Alarm::after(limit)));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
    })
    .await
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::core::block_on::block_until;

    #[test]
    fn an_alarm_wakes_whoever_waits_for_it() {
        for _ in 0..10 {
            let deadline = clock::real_nanos() + 100_000;
            block_until(None, OwnAlarm::at(deadline)).expect("there is no other deadline");
            assert!(deadline <= clock::real_nanos(), "it never wakes too early");
        }
    }

    #[test]
    fn an_earlier_alarm_does_not_wait_for_a_later_one() {
        let hour = 3_600_000_000_000;
        let mut later = pin!(OwnAlarm::at(clock::nanos() + hour));
        assert!(later.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        block_until(None, OwnAlarm::at(clock::nanos())).expect("there is no other deadline");
        assert!(later.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_begins_while_tokios_clock_stands_still_is_tokios() {
        assert!(matches!(EitherAlarm::after(Duration::from_secs(1)), EitherAlarm::Tokio { .. }));
        tokio::time::resume();
        assert!(matches!(EitherAlarm::after(Duration::from_secs(1)), EitherAlarm::Own { .. }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_begins_after_tokios_clock_was_moved_lasts_no_longer() {
        let hour = Duration::from_secs(3_600);
        tokio::time::advance(hour).await;
        tokio::time::resume();
        let start = std::time::Instant::now();
        EitherAlarm::after(Duration::from_millis(5)).await;
        assert!(start.elapsed() < hour / 2);
    }
}
