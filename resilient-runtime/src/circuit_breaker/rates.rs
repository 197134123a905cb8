//! The share of failures in a breaker's window, for metrics.

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::window::Window;
use crate::outcomes::tally::Tally;

impl CircuitBreaker {
    /// The share of failures in its window, from 0 to 1. `None` if it has no window, or one that holds fewer calls than a
    /// rate needs.
    pub(crate) fn failure_rate(&self) -> Option<f64> {
        let generation = self.state.word().generation();
        let window = self.in_force().window.as_deref()?;
        let Tally { total, failed, .. } = match window {
            Window::Calls(window) => window.tally(self.counted(), generation),
            Window::Time(time) => {
                time.visit(self.counted(), generation, time.resolution().millis(), |_| ()).map(|((), tally)| tally)
            }
        }?;
        #[expect(clippy::cast_precision_loss, reason = "windows hold few calls")]
        let rate = failed as f64 / total as f64;
        (total >= self.in_force().policy.needed_calls()).then_some(rate)
    }
}
