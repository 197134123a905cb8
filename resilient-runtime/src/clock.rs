//! The only reader of time. Inside a tokio runtime whose time is paused it follows that runtime's clock.

use std::sync::OnceLock;
use std::time::Duration;

pub(crate) use tokio::time::Instant;

/// The first reading is given this value, so that a runtime whose paused clock started earlier can still be told.
const FIRST_MILLIS: u64 = 1 << 36;

pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Whole milliseconds on a scale of the process's own.
pub(crate) fn millis() -> u64 {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    let now = now();
    let first = *FIRST.get_or_init(|| now);
    match now.checked_duration_since(first) {
        Some(later) => FIRST_MILLIS.saturating_add(whole_millis(later)),
        None => FIRST_MILLIS.saturating_sub(whole_millis(first.duration_since(now)) + 1),
    }
}

fn whole_millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Longer than any process runs, and short enough to be added to any reading.
pub(crate) const NEVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// `now + span`, or a time that never comes.
pub(crate) fn after(span: Duration) -> Instant {
    let now = now();
    now.checked_add(span).unwrap_or_else(|| now + NEVER)
}

/// Time since a start, where anything depends on it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stopwatch(Option<Instant>);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Some(now()))
    }

    pub(crate) const fn is_running(self) -> bool {
        self.0.is_some()
    }

    /// Zero if it was never started.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.map_or(Duration::ZERO, |start| now().saturating_duration_since(start))
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
