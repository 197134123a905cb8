//! Actions that end by themselves: which there are, and when each ends.

use std::collections::BTreeMap;
use std::ptr;
use std::time::{Duration, Instant};

use resilient_runtime::Reversal;
use resilient_runtime::inspect::FoundBreaker;

/// What is done for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Force {
    Open,
    Disabled,
}

impl Force {
    /// The action's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "force_open",
            Self::Disabled => "disable",
        }
    }

    fn put(self, breaker: &FoundBreaker) -> Reversal {
        match self {
            Self::Open => breaker.force_open_reversibly(),
            Self::Disabled => breaker.disable_reversibly(),
        }
    }
}

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct TimedAction {
    pub(crate) force: Force,
    pub(crate) until: Instant,
    pub(crate) reversal: Reversal,
    breaker: FoundBreaker,
}

impl TimedAction {
    /// Brings back the state from before. If somebody has changed the state meanwhile, theirs stays.
    fn end(&self) {
        self.breaker.reverse(self.reversal);
    }
}

/// Those of now, by the names of the breakers.
#[derive(Debug, Default)]
pub(crate) struct Timed(BTreeMap<String, TimedAction>);

impl Timed {
    /// Puts a breaker into a state until then. What was before an action that has not ended comes back after this one.
    pub(crate) fn begin(&mut self, name: &str, breaker: FoundBreaker, force: Force, until: Instant) {
        let earlier = self.0.remove(name).filter(|earlier| {
            let is_same = ptr::eq(&raw const *earlier.breaker, &raw const *breaker);
            // A value whose name another one has now: nothing else would end its action.
            if !is_same {
                earlier.end();
            }
            is_same
        });
        let reversal = force.put(&breaker);
        let reversal = earlier.map_or(reversal, |earlier| reversal.in_place_of(earlier.reversal));
        self.0.insert(name.to_owned(), TimedAction { force, until, reversal, breaker });
    }

    /// Closes a breaker, whatever it is, for good.
    pub(crate) fn reset(&mut self, name: &str, breaker: &FoundBreaker) {
        self.0.remove(name);
        breaker.reset();
    }

    /// Ends those that are due.
    pub(crate) fn end_due(&mut self, now: Instant) {
        self.0.retain(|_, action| {
            let goes_on = now < action.until;
            if !goes_on {
                action.end();
            }
            goes_on
        });
    }

    /// How long until the next one ends.
    pub(crate) fn next_in(&self, now: Instant) -> Option<Duration> {
        self.0.values().map(|action| action.until.saturating_duration_since(now)).min()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &TimedAction)> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use resilient_runtime::inspect::find_circuit_breaker;
    use resilient_runtime::{BreakerPolicy, CircuitState, registry};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn breaker(name: &str) -> FoundBreaker {
        registry().circuit_breaker_or_insert(name, BreakerPolicy::new().failure_threshold(1));
        find_circuit_breaker(name).unwrap()
    }

    #[test]
    fn an_action_ends_when_it_is_due_and_not_before() {
        let (users, now) = (breaker("timed: one"), Instant::now());
        let mut timed = Timed::default();
        timed.begin("timed: one", users.clone(), Force::Open, now + 10 * SECOND);
        timed.end_due(now + 9 * SECOND);
        assert_eq!(users.state(), CircuitState::ForcedOpen);
        assert_eq!(timed.next_in(now + 9 * SECOND), Some(SECOND));
        timed.end_due(now + 10 * SECOND);
        assert_eq!(users.state(), CircuitState::Closed);
        assert_eq!(timed.next_in(now), None);
    }

    #[test]
    fn a_second_action_replaces_the_first_and_what_was_before_both_comes_back() {
        let (users, now) = (breaker("timed: two"), Instant::now());
        users.force_open();
        let mut timed = Timed::default();
        timed.begin("timed: two", users.clone(), Force::Disabled, now + 10 * SECOND);
        timed.begin("timed: two", users.clone(), Force::Disabled, now + 20 * SECOND);
        timed.end_due(now + 10 * SECOND);
        assert_eq!(users.state(), CircuitState::Disabled);
        timed.end_due(now + 20 * SECOND);
        assert_eq!(users.state(), CircuitState::ForcedOpen, "as somebody had forced it before");
    }

    #[test]
    fn an_action_on_another_breaker_of_the_name_ends_the_first() {
        let (first, second, now) = (breaker("timed: first"), breaker("timed: second"), Instant::now());
        let mut timed = Timed::default();
        timed.begin("timed: same", first.clone(), Force::Open, now + SECOND);
        timed.begin("timed: same", second.clone(), Force::Open, now + SECOND);
        assert_eq!([first.state(), second.state()], [CircuitState::Closed, CircuitState::ForcedOpen]);
        timed.end_due(now + SECOND);
        assert_eq!(second.state(), CircuitState::Closed);
    }

    #[test]
    fn a_reset_ends_an_action_and_what_others_do_stays() {
        let (users, now) = (breaker("timed: three"), Instant::now());
        let mut timed = Timed::default();
        timed.begin("timed: three", users.clone(), Force::Open, now + SECOND);
        timed.reset("timed: three", &users);
        assert_eq!((users.state(), timed.iter().count()), (CircuitState::Closed, 0));

        timed.begin("timed: three", users.clone(), Force::Disabled, now + SECOND);
        users.reset();
        users.force_open();
        timed.end_due(now + SECOND);
        assert_eq!(users.state(), CircuitState::ForcedOpen);
    }
}
