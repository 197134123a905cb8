//! A future that is ready at a deadline: by tokio's timer where a test may have paused the time, by a cheaper one
//! elsewhere.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::task::coop::{Unconstrained, unconstrained};
use tokio::time::{Sleep, sleep_until};

use crate::clock;
use crate::shared::alarms::{Alarms, Place};

/// The kind for this program.
pub(crate) type Alarm = <Pausable<{ clock::PAUSABLE }> as Choice>::Alarm;

/// A future for a deadline, which is in nanoseconds on the clock's fine scale.
pub(crate) trait At: Future<Output = ()> {
    fn at(deadline: u64) -> Self;
}

pub(crate) struct Pausable<const YES: bool>;

pub(crate) trait Choice {
    type Alarm: At;
}

impl Choice for Pausable<true> {
    type Alarm = TokioAlarm;
}

impl Choice for Pausable<false> {
    type Alarm = OwnAlarm;
}

pin_project! {
    /// Not bound by tokio's budget for a task: a body that uses all of it up must not keep its own timer from firing.
    pub(crate) struct TokioAlarm {
        #[pin]
        sleep: Unconstrained<Sleep>,
    }
}

impl At for TokioAlarm {
    fn at(deadline: u64) -> Self {
        Self { sleep: unconstrained(sleep_until(clock::instant(deadline))) }
    }
}

impl Future for TokioAlarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.project().sleep.poll(context)
    }
}

/// Set when first polled.
#[derive(Debug)]
pub(crate) enum OwnAlarm {
    At(u64),
    Set(Place),
}

impl At for OwnAlarm {
    fn at(deadline: u64) -> Self {
        Self::At(deadline)
    }
}

impl Future for OwnAlarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let is_due = match *self {
            Self::At(deadline) => {
                *self = Self::Set(Clockwork::get().set(deadline, context.waker()));
                false
            }
            Self::Set(place) => Clockwork::get().alarms.is_due(place, context.waker()),
        };
        if is_due { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for OwnAlarm {
    fn drop(&mut self) {
        if let Self::Set(place) = *self {
            Clockwork::get().alarms.remove(place);
        }
    }
}

/// The alarms of the process, and the thread that wakes. It begins with the first call that has to wait, and sleeps
/// until the deadline of one is over.
struct Clockwork {
    alarms: &'static Alarms,
    thread: Thread,
}

impl Clockwork {
    #[inline]
    fn get() -> &'static Self {
        static CLOCKWORK: OnceLock<Clockwork> = OnceLock::new();
        CLOCKWORK.get_or_init(Self::start)
    }

    #[cold]
    fn start() -> Self {
        let alarms: &Alarms = Box::leak(Box::new(Alarms::new()));
        let builder = thread::Builder::new().name("resilient-timer".to_owned());
        let thread = builder.spawn(|| run(alarms)).expect("a thread for timeouts can be started");
        Self { alarms, thread: thread.thread().clone() }
    }

    fn set(&self, deadline: u64, waker: &Waker) -> Place {
        let (place, thread_must_know) = self.alarms.set(deadline, waker);
        if thread_must_know {
            self.thread.unpark();
        }
        place
    }
}

fn run(alarms: &Alarms) {
    let mut due = Vec::new();
    loop {
        let until = alarms.take_due(clock::nanos(), &mut due);
        for waker in due.drain(..) {
            // One that panics must not keep the others from being woken.
            let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
        let left = until.saturating_sub(clock::nanos());
        if left > 0 {
            thread::park_timeout(Duration::from_nanos(left));
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;
    use crate::drive::park::block_until;

    #[test]
    fn an_alarm_wakes_whoever_waits_for_it() {
        for _ in 0..10 {
            let deadline = clock::nanos() + 100_000;
            block_until(None, OwnAlarm::at(deadline)).expect("there is no other deadline");
            assert!(deadline <= clock::nanos(), "it never wakes too early");
        }
    }

    #[test]
    fn an_earlier_alarm_does_not_wait_for_a_later_one() {
        let hour = 3_600_000_000_000;
        let mut later = std::pin::pin!(OwnAlarm::at(clock::nanos() + hour));
        assert!(later.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        block_until(None, OwnAlarm::at(clock::nanos())).expect("there is no other deadline");
        assert!(later.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
}
