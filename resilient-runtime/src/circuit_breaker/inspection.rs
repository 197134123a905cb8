//! What a breaker's window holds and its last change of state, for metrics and snapshots.

use std::time::Duration;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::machine::Machine;
use crate::circuit_breaker::window::Window;
use crate::core::circuit_state::CircuitState;
use crate::event::breaker_changed::ChangeReason;
use crate::outcomes::tally::Tally;

/// A breaker at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looked {
    pub(crate) state: CircuitState,
    /// For how long it has been in this state, and why. `None` if no state has ever changed.
    pub(crate) since: Option<(Duration, ChangeReason)>,
    /// For how long it still refuses calls, if it is open.
    pub(crate) open_for: Option<Duration>,
    /// What its window holds.
    pub(crate) window: Option<Tally>,
    /// The failures in a row, if they open it.
    pub(crate) failures_in_a_row: Option<u64>,
}

impl CircuitBreaker {
    /// The share of failures in its window, from 0 to 1. `None` if it has no window, or one that holds fewer calls than a
    /// rate needs.
    pub(crate) fn failure_rate(&self) -> Option<f64> {
        let Tally { total, failed, .. } = self.tally()?;
        #[expect(clippy::cast_precision_loss, reason = "windows hold few calls")]
        let rate = failed as f64 / total as f64;
        (total >= self.in_force().policy.needed_calls()).then_some(rate)
    }

    fn tally(&self) -> Option<Tally> {
        let generation = self.state.word().generation();
        match self.in_force().window.as_deref()? {
            Window::Calls(window) => window.tally(self.counted(), generation),
            Window::Time(time) => {
                time.visit(self.counted(), generation, time.resolution().millis(), |_| ()).map(|((), tally)| tally)
            }
        }
    }

    /// What is to be seen now.
    pub(crate) fn look(&self) -> Looked {
        let now = self.millis();
        let change = self.state.look(|machine| Change::of(machine, now));
        let streak = self.in_force().policy.streak();
        Looked {
            state: change.state,
            since: change.since,
            open_for: change.open_for,
            window: self.tally(),
            failures_in_a_row: streak.and_then(|_| self.state.failures(change.generation)),
        }
    }
}

struct Change {
    generation: u64,
    state: CircuitState,
    since: Option<(Duration, ChangeReason)>,
    open_for: Option<Duration>,
}

impl Change {
    /// As [`CircuitBreaker::state`](CircuitBreaker::state), an open time that is over reads half-open.
    fn of(machine: &Machine, now: u64) -> Self {
        let (generation, state, until) = (machine.word().generation(), machine.word().state(), machine.open_until());
        let for_so_long = |at| Duration::from_millis(now.saturating_sub(at));
        if state == CircuitState::Open && now >= until {
            let since = Some((for_so_long(until), ChangeReason::OpenTimeOver));
            return Self { generation, state: CircuitState::HalfOpen, since, open_for: None };
        }
        let left = Duration::from_millis(until.saturating_sub(now));
        Self {
            generation,
            state,
            since: (generation > 0).then(|| (for_so_long(machine.changed_at()), machine.reason())),
            open_for: (state == CircuitState::Open).then_some(left),
        }
    }
}
