//! The only reader of time. Inside a tokio runtime whose time is paused it follows that runtime's clock.

use std::num::NonZeroU64;
use std::sync::OnceLock;
use std::time::Duration;

pub(crate) use tokio::time::Instant;

/// The first reading is given this value, so that a runtime whose paused clock started earlier can still be told.
const FIRST: Duration = Duration::from_millis(1 << 36);

pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Time on a scale of the process's own.
fn reading() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let now = now();
    let start = *START.get_or_init(|| now);
    match now.checked_duration_since(start) {
        Some(later) => FIRST.saturating_add(later),
        None => FIRST.saturating_sub(start.duration_since(now)),
    }
}

/// Whole milliseconds on a scale of the process's own.
pub(crate) fn millis() -> u64 {
    u64::try_from(reading().as_millis()).unwrap_or(u64::MAX)
}

/// Longer than any process runs, and short enough to be added to any reading.
pub(crate) const NEVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// `now + span`, or a time that never comes.
pub(crate) fn after(span: Duration) -> Instant {
    let now = now();
    now.checked_add(span).unwrap_or_else(|| now + NEVER)
}

/// Time since a start, where anything depends on it. Nanoseconds in one word, because calls in flight carry it; they
/// last for 500 years.
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

fn nanos() -> u64 {
    u64::try_from(reading().as_nanos()).unwrap_or(u64::MAX)
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
