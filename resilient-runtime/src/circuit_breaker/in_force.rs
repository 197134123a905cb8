//! The settings of a breaker that are in force, and their change while calls go on.

use std::sync::Arc;

#[cfg(feature = "config")]
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::circuit_breaker::window::Window;

/// The settings in force, and what follows from them.
#[derive(Debug)]
pub(super) struct InForce {
    pub(super) policy: Arc<BreakerPolicy>,
    pub(super) window: Option<Arc<Window>>,
}

impl InForce {
    pub(super) fn new(policy: Arc<BreakerPolicy>) -> Self {
        let window = Window::of(&policy).map(Arc::new);
        Self { policy, window }
    }
}

#[cfg(feature = "config")]
impl CircuitBreaker {
    /// Changes its settings. The state, the generation, the open time and the totals stay; a window of another kind or
    /// size begins empty. How exact its times are stays as it was made.
    ///
    /// The window is cleared under the machine's lock, so for the generation that is now, and before a call can find it.
    pub(crate) fn change_policy(&self, policy: BreakerPolicy) {
        self.change(|machine| {
            let span = policy.window();
            let is_same_window = self.in_force().policy.window() == span;
            let window = match self.in_force.find(|it| it.policy.window() == span) {
                Some(known) => known.window.clone(),
                None => Window::of(&policy).map(Arc::new),
            };
            if let Some(window) = &window {
                if !is_same_window {
                    window.clear(self.counted(), machine.word().generation());
                }
                window.need(policy.needed_calls());
            }
            let make = || InForce { policy: Arc::new(policy), window };
            let in_force = self.in_force.replace(|it| *it.policy == policy, make);
            self.measures_calls.set(in_force.policy.measures_calls());
            self.has_window.set(in_force.window.is_some());
            machine.changed(&policy);
        });
    }
}
