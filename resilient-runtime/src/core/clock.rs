//! The only module that reads the time: nanoseconds on one scale, at two resolutions. Inside a tokio runtime whose time
//! can be paused, fine readings follow that runtime's clock.

mod kernel;
mod pausable;
mod zero;

use std::num::NonZeroU64;
use std::time::{Duration, Instant as StdInstant};

#[cfg(feature = "testing")]
use crate::core::scope;

pub(crate) use pausable::{PAUSABLE, stands_still};
use tokio::time::Instant;
use zero::{NANOS_PER_MILLI, Zero};

/// How exact a reading is. Readings of both resolutions are on the same scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resolution {
    Fine,
    /// Never ahead of the fine clock, and behind it by up to [`SLACK`]. It takes a quarter of the time to read.
    Coarse,
}

/// For spans at least this long, an error of [`SLACK`] does not matter.
const LONG: Duration = Duration::from_millis(500);
/// How far the coarse clock may be behind, in nanoseconds. A Linux kernel updates it at each of its ticks, which are 1
/// to 10 ms long; a virtual machine may miss a few.
const SLACK: u64 = 25_000_000;

impl Resolution {
    /// The resolution that is exact enough to measure spans of this length. Tokio's clock has no coarse reading.
    #[inline]
    pub(crate) fn for_spans_of(span: Duration) -> Self {
        if cfg!(target_os = "linux") && !PAUSABLE && !cfg!(feature = "testing") && span >= LONG {
            Self::Coarse
        } else {
            Self::Fine
        }
    }

    /// Whole milliseconds on the scale of [`nanos`].
    #[inline]
    pub(crate) fn millis(self) -> u64 {
        self.nanos() / NANOS_PER_MILLI
    }

    /// How far behind a reading may be.
    pub(crate) const fn slack(self) -> Duration {
        match self {
            Self::Fine => Duration::ZERO,
            Self::Coarse => Duration::from_nanos(SLACK),
        }
    }

    /// Nanoseconds on the scale; 64 bits last for five hundred years.
    #[inline]
    pub(crate) fn nanos(self) -> u64 {
        match self {
            Self::Fine => nanos(),
            Self::Coarse => coarse_nanos(),
        }
    }
}

/// A moment before all readings of the process, which are therefore small numbers if they are counted from it. A paused
/// clock may have begun even earlier.
pub(crate) const EARLIEST: u64 = zero::EARLIEST;

/// Nanoseconds on the scale, by tokio's clock where that can be paused. Not inlined, because that keeps the inlined hot
/// paths which only sometimes read the time small.
#[inline(never)]
pub(crate) fn nanos() -> u64 {
    #[cfg(feature = "testing")]
    if let Some(scope) = scope::current() {
        return scope.clock().nanos();
    }
    process_nanos()
}

/// The same without the scope of a test.
#[inline]
pub(crate) fn process_nanos() -> u64 {
    if PAUSABLE { Zero::get().nanos(pausable::now()) } else { real_nanos() }
}

/// The time of code that blocks its thread: the real one, but for the scope of a test.
#[inline]
pub(crate) fn thread_now() -> StdInstant {
    #[cfg(feature = "testing")]
    if let Some(scope) = scope::current() {
        return Zero::get().instant(scope.clock().nanos());
    }
    StdInstant::now()
}

/// Nanoseconds on the scale by the real clock, which nothing can pause.
#[inline]
pub(crate) fn real_nanos() -> u64 {
    zero::fine()
}

/// Nanoseconds on the scale by the real clock, behind by up to [`SLACK`].
#[inline]
pub(crate) fn coarse_nanos() -> u64 {
    zero::on_scale(zero::raw())
}

/// The deadline of a wait of this length that begins now.
pub(crate) fn deadline_in(limit: Duration) -> u64 {
    later(nanos(), limit)
}

fn later(start: u64, limit: Duration) -> u64 {
    start.saturating_add(u64::try_from(limit.min(NEVER).as_nanos()).unwrap_or(u64::MAX))
}

/// An instant of tokio's clock, as the standard library's, on the scale.
pub(crate) fn on_scale(instant: StdInstant) -> u64 {
    Zero::get().nanos(instant).saturating_add_signed(ahead_of_process())
}

/// A moment on the scale as an instant of tokio's clock, as the standard library's.
pub(crate) fn off_scale(nanos: u64) -> StdInstant {
    Zero::get().instant(nanos.saturating_add_signed(-ahead_of_process()))
}

/// An instant of [`thread_now`] as the real one.
pub(crate) fn off_thread(instant: StdInstant) -> StdInstant {
    #[cfg(feature = "testing")]
    if scope::current().is_some() {
        return off_scale(Zero::get().nanos(instant));
    }
    instant
}

/// How far the clock of a test's scope is ahead of the process's.
fn ahead_of_process() -> i64 {
    #[cfg(feature = "testing")]
    if let Some(scope) = scope::current() {
        return scope.clock().nanos().cast_signed().wrapping_sub(process_nanos().cast_signed());
    }
    0
}

/// An instant of [`thread_now`] on the scale. That clock and tokio's differ once tokio's has been paused.
pub(crate) fn real_instant(instant: StdInstant) -> u64 {
    let real = Zero::get().nanos(instant);
    #[cfg(feature = "testing")]
    if scope::current().is_some() {
        return real;
    }
    if PAUSABLE {
        nanos().saturating_add_signed(real.cast_signed().wrapping_sub(real_nanos().cast_signed()))
    } else {
        real
    }
}

/// A moment on the scale as an instant of tokio.
pub(crate) fn instant(nanos: u64) -> Instant {
    Instant::from_std(Zero::get().instant(nanos))
}

/// Converts a deadline on tokio's clock to the real clock. The two differ once tokio's clock has been paused.
#[inline]
pub(crate) fn real_deadline(deadline: u64) -> u64 {
    if PAUSABLE { real_nanos().saturating_add(deadline.saturating_sub(nanos())) } else { deadline }
}

/// Longer than any process runs, and short enough to be added to any reading.
pub(crate) const NEVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// Start of a call, by the coarse clock if the limit allows it: most calls never need it. One word, because each call
/// stores it. The limit determines whether it is on the scale or a raw reading of the kernel's coarse clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start(u64);

impl Start {
    /// For a limit of this length.
    #[inline]
    pub(crate) fn now(limit: Duration) -> Self {
        Self(match Resolution::for_spans_of(limit) {
            Resolution::Fine => nanos(),
            Resolution::Coarse => zero::raw(),
        })
    }

    /// The start as a word.
    #[inline]
    pub(crate) const fn word(self) -> u64 {
        self.0
    }

    /// The start of this word.
    #[inline]
    pub(crate) const fn of_word(word: u64) -> Self {
        Self(word)
    }

    /// Whether it may be at or after `at`: never `false` if it is.
    pub(crate) fn may_be_at(self, limit: Duration, at: u64) -> bool {
        match Resolution::for_spans_of(limit) {
            Resolution::Fine => at <= self.0,
            Resolution::Coarse => at <= zero::on_scale(self.0).saturating_add(SLACK),
        }
    }

    /// The deadline `limit` after the start, or up to [`SLACK`] before it. Reads no clock.
    pub(crate) fn earliest_after(self, limit: Duration) -> u64 {
        let start = match Resolution::for_spans_of(limit) {
            Resolution::Fine => self.0,
            Resolution::Coarse => zero::on_scale(self.0),
        };
        later(start, limit)
    }

    /// The deadline `limit` after the start; a limit that does not fit becomes [`NEVER`]. It is never too early, and
    /// late by at most [`SLACK`] or the time since the start, whichever is less.
    pub(crate) fn after(self, limit: Duration) -> u64 {
        let start = match Resolution::for_spans_of(limit) {
            Resolution::Fine => self.0,
            Resolution::Coarse => latest_start(zero::on_scale(self.0), nanos()),
        };
        later(start, limit)
    }
}

/// The latest moment at which a call can have begun, if the coarse clock then read `reading`.
const fn latest_start(reading: u64, now: u64) -> u64 {
    let latest = reading.saturating_add(SLACK);
    if latest < now { latest } else { now }
}

/// Measures the time since a start, or nothing if it was never started. One word, because calls in flight carry it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stopwatch(Option<NonZeroU64>);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(NonZeroU64::new(nanos()))
    }

    /// The start as a word; zero if it was never started.
    pub(crate) fn word(self) -> u64 {
        self.0.map_or(0, NonZeroU64::get)
    }

    /// The stopwatch of this word.
    pub(crate) const fn of_word(word: u64) -> Self {
        Self(NonZeroU64::new(word))
    }

    pub(crate) const fn is_running(self) -> bool {
        self.0.is_some()
    }

    /// Zero if it was never started.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.map_or(Duration::ZERO, |start| Duration::from_nanos(nanos().saturating_sub(start.get())))
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn with_tokios_test_util_every_reading_is_fine() {
        const { assert!(PAUSABLE) };
        assert_eq!(Resolution::for_spans_of(Duration::MAX), Resolution::Fine);
    }

    #[test]
    fn coarse_readings_go_on_and_never_back() {
        let first = Resolution::Coarse.nanos();
        let mut last = first;
        while last == first {
            let reading = Resolution::Coarse.nanos();
            assert!(last <= reading);
            last = reading;
        }
    }

    #[test]
    fn a_coarse_reading_is_never_ahead_and_a_little_behind() {
        for _ in 0..100_000 {
            let (before, coarse, after) = (real_nanos(), coarse_nanos(), real_nanos());
            assert!(coarse <= after, "ahead by {}", coarse - after);
            assert!(before - before.min(coarse) <= SLACK, "behind by {}", before - coarse);
        }
    }

    #[test]
    fn what_began_just_now_counts_from_now() {
        assert_eq!(latest_start(70_000_000, 70_000_000), 70_000_000);
        assert_eq!(latest_start(70_000_000, 95_000_000), 95_000_000);
    }

    #[test]
    fn what_began_earlier_counts_from_there_but_for_the_slack() {
        assert_eq!(latest_start(70_000_000, 95_000_001), 95_000_000);
        assert_eq!(latest_start(70_000_000, 900_000_000), 95_000_000);
    }

    #[tokio::test(start_paused = true)]
    async fn tokios_clock_stands_still_while_it_is_paused_only() {
        assert!(stands_still());
        tokio::time::advance(LONG * 7_200).await;
        assert!(stands_still());
        let deadline = nanos() + 5;
        assert!(real_deadline(deadline) + SLACK < deadline, "the real clock has not gone on by an hour");
        tokio::time::resume();
        assert!(!stands_still());
        assert!(!std::thread::spawn(stands_still).join().expect("it does not panic"));
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
