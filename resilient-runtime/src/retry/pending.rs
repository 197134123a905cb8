//! The delay of a loop that its user drives, who may drop it and come back to it.

use std::time::Duration;

use crate::retry::policy::RetryPolicy;
use crate::retry::schedule::{Decision, Schedule, Wait};

/// The delay that has begun and has not been completed, if there is one.
///
/// It is drawn once and ends at a moment that is fixed when it begins, however often the wait for it is dropped. The
/// schedule changes when it is completed: until then, nothing has happened that could be counted.
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
    /// What is left of the delay, which begins now if it has not begun before; `above` is left until a deadline above. `None` if
    /// no attempt follows.
    pub(crate) fn left(
        &mut self,
        schedule: &mut Schedule,
        policy: &RetryPolicy,
        wait: Wait,
        unit: impl FnOnce() -> f64,
        elapsed: Duration,
        above: Option<Duration>,
    ) -> Option<Duration> {
        let decision = match self.0 {
            Some(begun) => schedule.within(policy, begun.end.saturating_sub(elapsed), || elapsed, above),
            None => {
                let mut then = *schedule;
                let decision = then.after(policy, wait, unit, || elapsed, || above);
                if let Decision::Pause(delay) = decision {
                    then.completed(delay);
                    self.0 = Some(Begun { end: elapsed.saturating_add(delay), then });
                } else {
                    *schedule = then;
                }
                decision
            }
        };
        match decision {
            Decision::Pause(left) => Some(left),
            Decision::Exhausted | Decision::TooLate(_) => None,
        }
    }

    pub(crate) const fn has_begun(&self) -> bool {
        self.0.is_some()
    }

    /// The delay has been made to its end.
    pub(crate) const fn complete(&mut self, schedule: &mut Schedule) {
        if let Some(begun) = self.0.take() {
            *schedule = begun.then;
        }
    }

    /// The delay will not be completed; another takes its place.
    pub(crate) const fn replace(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests;
