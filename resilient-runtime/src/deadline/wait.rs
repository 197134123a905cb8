//! A wait of this library for what others hold, such as a slot: for so long at most, and no longer than until the
//! deadline above.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;

use crate::core::block_on::block_until;
use crate::core::clock;
use crate::core::error::Error;
use crate::deadline::current::{self as deadline, Around, SyncLimit};
use crate::deadline::dropped::InAWait;
use crate::deadline::open_calls::{self, ended};
use crate::timer::sleep::{Sleep, SleepFuture as _};

/// A wait in async code, for a future that gives up its place when it is dropped, and gives what it waited for, which is
/// given back when that is dropped. It begins at the first poll.
pub(crate) struct Wait<F> {
    future: F,
    /// `None` if nothing ends the wait, and before it begins. Boxed, because few calls wait.
    alarm: Option<Pin<Box<Alarm>>>,
    _waits: InAWait,
}

pin_project! {
    /// The end of a wait.
    struct Alarm {
        #[pin]
        sleep: Sleep,
        // The deadline above, if the wait ends with that.
        above: Option<Around>,
    }
}

impl Alarm {
    /// At the end of `longest`, or with the deadline above. `None` if neither is ever over.
    fn at_end_of(longest: Duration, above: Option<Around>) -> Option<Pin<Box<Self>>> {
        let above = above.map(|above| (above.deadline.remaining(), above)).filter(|(left, _)| *left < longest);
        let (left, above) = above.map_or((longest, None), |(left, above)| (left, Some(above)));
        (left < Duration::MAX).then(|| Box::pin(Self { sleep: Sleep::after(left), above }))
    }
}

impl<F> Wait<F> {
    pub(crate) const fn new(future: F) -> Self {
        Self { future, alarm: None, _waits: InAWait }
    }

    pub(crate) const fn future(&mut self) -> &mut F {
        &mut self.future
    }

    /// What the future gives; `None` if it gives nothing for as long as `longest`, which is the same at each poll.
    /// `Duration::MAX` is no limit, and sets no timer.
    ///
    /// # Errors
    ///
    /// The future's, or the refusal of the deadline above, which has ended the wait.
    pub(crate) fn poll<T>(&mut self, longest: Duration, context: &mut Context<'_>) -> Poll<Result<Option<T>, Error>>
    where
        F: Future<Output = Result<T, Error>> + Unpin,
    {
        // A timeout in an async function drops this future; nothing else does.
        let above = if self.alarm.is_none() { deadline::unenforced() } else { None };
        if let Some(above) = above.filter(|above| above.deadline.is_over()) {
            return Poll::Ready(ended(above.ends_call()));
        }
        if let Poll::Ready(output) = Pin::new(&mut self.future).poll(context) {
            let output = output?;
            // What comes with the deadline above is no use any more, and not every deadline drops this future.
            return Poll::Ready(deadline::refused_too_late().map_or(Ok(Some(output)), ended));
        }
        if self.alarm.is_none() {
            self.alarm = Alarm::at_end_of(longest, above);
        }
        let Some(alarm) = &mut self.alarm else { return Poll::Pending };
        let alarm = alarm.as_mut().project();
        ready!(alarm.sleep.poll(context));
        Poll::Ready(alarm.above.map_or(Ok(None), |above| ended(above.ends_call())))
    }
}

/// The same in sync code, which holds up the thread.
///
/// # Errors
///
/// As [`Wait::poll`].
pub(crate) fn wait_blocking<T>(
    longest: Duration,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<Option<T>, Error> {
    if let Some(above) = deadline::refused_too_late() {
        return ended(above);
    }
    let above = deadline::earliest_in_real_time();
    let until = above.map(|above| above.at).into_iter().chain(clock::thread_now().checked_add(longest)).min();
    let output = open_calls::waiting(|| block_until(until, future)).transpose()?;
    // What comes with the deadline above is no use any more.
    above.filter(SyncLimit::is_over).map_or(Ok(output), |above| ended(above.ends_call()))
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::future::{pending, poll_fn, ready};
    use std::rc::Rc;

    use tokio::time::{advance, sleep};

    use super::*;
    use crate::deadline::given::{with_deadline, with_deadline_blocking};

    const HOUR: Duration = Duration::from_secs(3_600);

    async fn wait<T>(longest: Duration, future: impl Future<Output = Result<T, Error>>) -> Result<Option<T>, Error> {
        let mut wait = Wait::new(Box::pin(future));
        poll_fn(|context| wait.poll(longest, context)).await
    }

    async fn after(time: Duration) -> Result<(), Error> {
        sleep(time).await;
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_future_is_waited_for_so_long_or_without_a_limit() {
        assert_eq!(wait(HOUR, after(HOUR / 2)).await, Ok(Some(())));
        assert_eq!(wait(HOUR, after(HOUR * 2)).await, Ok(None));
        assert_eq!(wait(Duration::MAX, after(HOUR * 9_000)).await, Ok(Some(())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_without_a_limit_sets_no_timer() {
        let mut unlimited = Wait::new(Box::pin(after(HOUR)));
        let mut limited = Wait::new(Box::pin(after(HOUR)));
        poll_fn(|context| {
            assert!(unlimited.poll(Duration::MAX, context).is_pending());
            assert!(limited.poll(HOUR, context).is_pending());
            Poll::Ready(())
        })
        .await;
        assert_eq!((unlimited.alarm.is_some(), limited.alarm.is_some()), (false, true));
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_above_ends_a_wait() {
        for longest in [HOUR * 2, Duration::MAX] {
            let refused = with_deadline(HOUR, wait(longest, after(HOUR * 3))).await.unwrap_err();
            assert!(refused.is_timed_out(), "{refused:?}");
        }
        assert_eq!(with_deadline(HOUR * 2, wait(HOUR, after(HOUR * 3))).await, Ok(None));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_joined_after_the_deadline_above() {
        let future = async { panic!("it is polled") };
        let refused = with_deadline(Duration::ZERO, wait::<()>(HOUR, future)).await.unwrap_err();
        assert!(refused.is_timed_out());
        let future = async { panic!("it is polled") };
        let refused = with_deadline_blocking(Duration::ZERO, || wait_blocking::<()>(HOUR, future)).unwrap_err();
        assert!(refused.is_timed_out());
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_with_the_deadline_above_is_given_back() {
        let output = Rc::new(());
        let future = async {
            advance(HOUR).await;
            Ok(Rc::clone(&output))
        };
        let refused = with_deadline(HOUR, wait(HOUR * 2, future)).await.unwrap_err();
        assert!(refused.is_timed_out());
        assert_eq!(Rc::strong_count(&output), 1);
    }

    #[test]
    fn a_thread_waits_for_so_long_or_until_the_deadline_above() {
        let long = Duration::from_millis(1);
        assert_eq!(wait_blocking(HOUR, ready(Ok(()))), Ok(Some(())));
        assert_eq!(wait_blocking::<()>(long, pending()), Ok(None));
        let refused = with_deadline_blocking(long, || wait_blocking::<()>(HOUR, pending())).unwrap_err();
        assert!(refused.is_timed_out());
    }
}
