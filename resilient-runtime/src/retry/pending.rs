//! The current delay of [`Attempts`](crate::Attempts), whose user may drop it and continue it later.

use std::time::Duration;

use crate::retry::schedule::{Decision, Schedule, Wait};
use crate::retry::settings::Settings;

/// The delay that has begun and is not completed, if there is one.
///
/// Its random length is drawn once, and its end is fixed when it begins, however often the sleep is dropped. The
/// schedule changes only when the delay is completed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pending(Option<Begun>);

#[derive(Clone, Copy, Debug)]
struct Begun {
    /// Since the first attempt began, by the clock.
    end: Duration,
    /// The schedule once the delay is completed.
    then: Schedule,
}

impl Pending {
    /// The rest of the delay, which begins now if it has not begun before; `None` if no attempt follows. `above` is the
    /// time left until a deadline above.
    pub(crate) fn left(
        &mut self,
        schedule: &mut Schedule,
        settings: &Settings,
        wait: Wait,
        unit: impl FnOnce() -> f64,
        elapsed: Duration,
        above: Option<Duration>,
    ) -> Option<Duration> {
        let decision = match self.0 {
            Some(begun) => schedule.within(settings, begun.end.saturating_sub(elapsed), || elapsed, above),
            None => {
                let mut then = *schedule;
                let decision = then.after(settings, wait, unit, || elapsed, || above);
                if let Decision::Delay(delay) = decision {
                    then.completed(delay);
                    self.0 = Some(Begun { end: elapsed.saturating_add(delay), then });
                } else {
                    *schedule = then;
                }
                decision
            }
        };
        match decision {
            Decision::Delay(left) => Some(left),
            Decision::Exhausted | Decision::TooLate(_) => None,
        }
    }

    pub(crate) const fn has_begun(&self) -> bool {
        self.0.is_some()
    }

    /// Counts the delay, which has been waited for to its end.
    pub(crate) const fn complete(&mut self, schedule: &mut Schedule) {
        if let Some(begun) = self.0.take() {
            *schedule = begun.then;
        }
    }

    /// Discards the delay, so that the next one replaces it.
    pub(crate) const fn replace(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests;
