//! A moment at which calls have to end.

use std::time::{Duration, Instant};

use crate::core::clock;

/// The moment at which a call has to end. From [`deadline`](crate::deadline()), from an `Instant`, or from a `Duration`,
/// which counts from the conversion.
///
/// Inside of a tokio runtime whose time is paused (with tokio's feature `test-util`), deadlines follow that time, but for
/// those of sync limits. An `Instant` is one of that clock: take it from `tokio::time::Instant::now().into_std()` there.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::Deadline;
/// use std::time::{Duration, Instant};
///
/// let hour = Duration::from_secs(3600);
/// let deadline = Deadline::from(hour);
/// assert!(!deadline.is_over() && deadline.remaining() <= hour);
///
/// let instant = Instant::now() + hour;
/// assert_eq!(Deadline::from(instant).instant(), instant);
/// assert!(Deadline::from(Duration::ZERO).is_over());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    moment: Moment,
    /// The time that it was made from, if it was made from one.
    length: Option<Duration>,
}

/// Equal deadlines are at the same moment.
impl PartialEq for Deadline {
    fn eq(&self, other: &Self) -> bool {
        self.moment == other.moment
    }
}

impl Eq for Deadline {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// In nanoseconds on the clock that a test can pause.
    Clock(u64),
    /// In real time.
    Thread(Instant),
}

impl Deadline {
    pub(crate) const fn on_the_clock(nanos: u64) -> Self {
        Self { moment: Moment::Clock(nanos), length: None }
    }

    pub(crate) const fn in_real_time(at: Instant) -> Self {
        Self { moment: Moment::Thread(at), length: None }
    }

    /// The time left, or zero when it is over. While tokio's clock is paused, that of an async limit does not change.
    pub fn remaining(self) -> Duration {
        match self.moment {
            Moment::Clock(at) => Duration::from_nanos(at.saturating_sub(clock::nanos())),
            Moment::Thread(at) => at.saturating_duration_since(clock::thread_now()),
        }
    }

    /// Whether no time is left.
    pub fn is_over(self) -> bool {
        self.remaining().is_zero()
    }

    /// The deadline as an instant of the standard library.
    pub fn instant(self) -> Instant {
        match self.moment {
            Moment::Clock(at) => clock::off_scale(at),
            Moment::Thread(at) => clock::off_thread(at),
        }
    }

    /// The time that it was made from, or that is left.
    pub(crate) fn length(self) -> Duration {
        self.length.unwrap_or_else(|| self.remaining())
    }

    /// In nanoseconds on the clock that a test can pause.
    pub(crate) fn on_clock(self) -> u64 {
        match self.moment {
            Moment::Clock(at) => at,
            Moment::Thread(at) => clock::real_instant(at),
        }
    }

    pub(crate) fn real_time(self) -> Instant {
        match self.moment {
            Moment::Thread(at) => at,
            Moment::Clock(_) => clock::thread_now() + self.remaining(),
        }
    }
}

/// So long from now. A duration of more than 30 years is as one of 30 years.
impl From<Duration> for Deadline {
    fn from(left: Duration) -> Self {
        Self { length: Some(left), ..Self::on_the_clock(clock::deadline_in(left)) }
    }
}

/// At this instant of the clock that a test can pause.
impl From<Instant> for Deadline {
    fn from(at: Instant) -> Self {
        Self::on_the_clock(clock::on_scale(at))
    }
}
