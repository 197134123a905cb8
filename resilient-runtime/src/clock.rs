//! The only reader of time. Inside a tokio runtime whose time is paused it follows that runtime's clock.

mod coarse;
mod pausable;

use std::num::NonZeroU64;
use std::sync::OnceLock;
use std::time::Duration;

pub(crate) use pausable::PAUSABLE;
use tokio::time::Instant;

/// How close to the truth a reading has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    Fine,
    /// Behind by up to [`SLACK`], for a quarter of the price.
    Coarse,
}

/// Where spans as long as this are counted, an error of [`SLACK`] does not matter.
const LONG: Duration = Duration::from_millis(500);
/// So far behind, in nanoseconds, is at most the clock that a Linux kernel moves on with its ticks: these are 1 to 10 ms
/// long, and a virtual machine may miss a few.
const SLACK: u64 = 25_000_000;

impl Grain {
    /// What is close enough to count spans of this length.
    #[inline]
    pub(crate) fn for_spans_of(span: Duration) -> Self {
        if cfg!(target_os = "linux") && !PAUSABLE && span >= LONG { Self::Coarse } else { Self::Fine }
    }

    /// Whole milliseconds on a scale of the grain's own.
    #[inline]
    pub(crate) fn millis(self) -> u64 {
        match self {
            Self::Fine => u64::try_from(fine().as_millis()).unwrap_or(u64::MAX),
            Self::Coarse => coarse::millis(),
        }
    }

    /// How far behind a reading may be.
    pub(crate) const fn slack(self) -> Duration {
        match self {
            Self::Fine => Duration::ZERO,
            Self::Coarse => Duration::from_nanos(SLACK),
        }
    }

    /// Nanoseconds on a scale of the grain's own, enough for a hundred years.
    #[inline]
    fn nanos(self) -> u64 {
        match self {
            Self::Fine => u64::try_from(fine().as_nanos()).unwrap_or(u64::MAX),
            Self::Coarse => coarse::nanos(),
        }
    }
}

/// Given to the first reading, so that a runtime whose paused clock started earlier can still be told.
const FIRST: Duration = Duration::from_millis(1 << 36);
static START: OnceLock<Instant> = OnceLock::new();

/// Time since the first reading.
fn fine() -> Duration {
    let now = Instant::now();
    let start = *START.get_or_init(|| now);
    match now.checked_duration_since(start) {
        Some(later) => FIRST.saturating_add(later),
        None => FIRST.saturating_sub(start.duration_since(now)),
    }
}

/// Nanoseconds, on the scale of deadlines.
pub(crate) fn nanos() -> u64 {
    Grain::Fine.nanos()
}

/// The deadline as tokio has it.
pub(crate) fn instant(nanos: u64) -> Instant {
    let (start, since) = (START.get().copied().unwrap_or_else(Instant::now), Duration::from_nanos(nanos));
    match since.checked_sub(FIRST) {
        Some(later) => start + later,
        None => start.checked_sub(FIRST.saturating_sub(since)).unwrap_or(start),
    }
}

/// Longer than any process runs, and short enough to be added to any reading.
pub(crate) const NEVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// The moment a call began that may not even need to know: cheap to make where the limit allows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    grain: Grain,
    nanos: u64,
}

impl Start {
    /// For a limit of this length.
    #[inline]
    pub(crate) fn now(limit: Duration) -> Self {
        let grain = Grain::for_spans_of(limit);
        Self { grain, nanos: grain.nanos() }
    }

    /// The deadline `limit` later, or a time that never comes. Never too early; late by twice [`SLACK`] at most, and by
    /// nothing to speak of if the call began just now.
    pub(crate) fn after(self, limit: Duration) -> u64 {
        let start = match self.grain {
            Grain::Fine => self.nanos,
            Grain::Coarse => latest_start(nanos(), Grain::Coarse.nanos().saturating_sub(self.nanos)),
        };
        let limit = u64::try_from(limit.min(NEVER).as_nanos()).unwrap_or(u64::MAX);
        start.saturating_add(limit)
    }
}

/// When that began at the latest whose age on the coarse scale is this.
const fn latest_start(now: u64, age: u64) -> u64 {
    now.saturating_sub(age.saturating_sub(SLACK))
}

/// Time since a start, where anything depends on it. Nanoseconds in one word, because calls in flight carry it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stopwatch(Option<NonZeroU64>);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(NonZeroU64::new(nanos()))
    }

    pub(crate) const fn is_running(self) -> bool {
        self.0.is_some()
    }

    /// Zero if it was never started.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.map_or(Duration::ZERO, |start| Duration::from_nanos(nanos().saturating_sub(start.get())))
    }
}

/// Waits without holding up the thread. Needs a tokio runtime, and says so by a panic where there is none.
pub async fn sleep(pause: Duration) {
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
}

/// Waits by holding up the thread.
pub fn sleep_blocking(pause: Duration) {
    if !pause.is_zero() {
        std::thread::sleep(pause);
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn with_tokios_test_util_every_reading_is_fine() {
        const { assert!(PAUSABLE) };
        assert_eq!(Grain::for_spans_of(Duration::MAX), Grain::Fine);
    }

    #[test]
    fn coarse_readings_go_on_and_never_back() {
        let first = Grain::Coarse.nanos();
        let mut last = first;
        while last == first {
            let reading = Grain::Coarse.nanos();
            assert!(last <= reading);
            last = reading;
        }
    }

    #[test]
    fn what_began_just_now_counts_from_now() {
        assert_eq!(latest_start(70_000_000, 0), 70_000_000);
        assert_eq!(latest_start(70_000_000, 25_000_000), 70_000_000);
    }

    #[test]
    fn what_began_earlier_counts_from_there_but_for_the_slack() {
        assert_eq!(latest_start(70_000_000, 45_000_000), 50_000_000);
    }

    #[test]
    fn a_deadline_is_the_same_for_tokio() {
        let before = Instant::now();
        let deadline = instant(Start::now(LONG).after(LONG));
        assert!(before + LONG <= deadline && deadline <= Instant::now() + LONG);
    }

    #[test]
    fn a_limit_without_end_never_comes() {
        assert!(instant(Start::now(Duration::MAX).after(Duration::MAX)) > Instant::now() + NEVER / 2);
    }
}
