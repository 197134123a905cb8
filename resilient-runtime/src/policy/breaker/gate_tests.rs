//! The packed word against a naive state machine that keeps everything in fields of its own.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug, PartialEq)]
enum Naive {
    Closed { streak: u32 },
    Open { until: u64, reopened: u32 },
    HalfOpen { probes: u32, successes: u32, reopened: u32 },
    ForcedOpen,
    Disabled,
}

#[derive(Clone, Debug)]
struct Model {
    state: Naive,
    changes: u64,
}

#[derive(Clone, Copy, Debug)]
struct Settings {
    threshold: u32,
    recovery_secs: u64,
    backoff_quarters: u32,
    probes: u32,
    successes: u32,
}

impl Settings {
    fn policy(self) -> BreakerPolicy {
        BreakerPolicy::new()
            .failure_threshold(self.threshold)
            .recovery_timeout(Duration::from_secs(self.recovery_secs))
            .recovery_backoff(f64::from(self.backoff_quarters) / 4.0)
            .half_open_max_calls(self.probes)
            .success_threshold(self.successes)
    }

    fn open_millis(self, reopened: u32) -> u64 {
        // Exact as a fraction: numerator over a power of four, rounded up to a millisecond.
        let (mut open, mut denominator) = (u128::from(self.recovery_secs) * 1000, 1);
        for _ in 0..reopened {
            if open / denominator > 600_000 {
                return 600_000;
            }
            open *= u128::from(self.backoff_quarters);
            denominator *= 4;
        }
        u64::try_from(open.div_ceil(denominator)).unwrap().min(600_000)
    }
}

impl Model {
    fn go(&mut self, state: Naive) {
        self.state = state;
        self.changes += 1;
    }

    fn admit(&mut self, settings: Settings, now: u64) -> Admission {
        match self.state.clone() {
            Naive::Closed { .. } | Naive::Disabled => Admission::Call,
            Naive::ForcedOpen => Admission::Refused { retry_after: None },
            Naive::Open { until, .. } if now < until => {
                Admission::Refused { retry_after: Some(Duration::from_millis(until - now)) }
            }
            Naive::Open { reopened, .. } => {
                self.go(Naive::HalfOpen { probes: 1, successes: 0, reopened });
                Admission::Probe
            }
            Naive::HalfOpen { probes, .. } if probes >= settings.probes => Admission::Refused { retry_after: None },
            Naive::HalfOpen { probes, successes, reopened } => {
                self.state = Naive::HalfOpen { probes: probes + 1, successes, reopened };
                Admission::Probe
            }
        }
    }

    fn ended(&mut self, settings: Settings, admitted_at: u64, outcome: Outcome, now: u64) {
        if admitted_at != self.changes {
            return;
        }
        match (self.state.clone(), outcome) {
            (Naive::Closed { .. }, Outcome::Success) => self.state = Naive::Closed { streak: 0 },
            (Naive::Closed { streak }, Outcome::Failure) if streak + 1 == settings.threshold => {
                self.go(Naive::Open { until: now + settings.open_millis(0), reopened: 0 });
            }
            (Naive::Closed { streak }, Outcome::Failure) => self.state = Naive::Closed { streak: streak + 1 },
            (Naive::HalfOpen { successes, .. }, Outcome::Success) if successes + 1 == settings.successes => {
                self.go(Naive::Closed { streak: 0 });
            }
            (Naive::HalfOpen { probes, successes, reopened }, Outcome::Success) => {
                self.state = Naive::HalfOpen { probes: probes - 1, successes: successes + 1, reopened };
            }
            (Naive::HalfOpen { reopened, .. }, Outcome::Failure) => {
                let reopened = reopened + 1;
                self.go(Naive::Open { until: now + settings.open_millis(reopened), reopened });
            }
            (Naive::HalfOpen { probes, successes, reopened }, Outcome::Ignored) => {
                self.state = Naive::HalfOpen { probes: probes - 1, successes, reopened };
            }
            _ => {}
        }
    }

    fn state(&self) -> CircuitState {
        match self.state {
            Naive::Closed { .. } => CircuitState::Closed,
            Naive::Open { .. } => CircuitState::Open,
            Naive::HalfOpen { .. } => CircuitState::HalfOpen,
            Naive::ForcedOpen => CircuitState::ForcedOpen,
            Naive::Disabled => CircuitState::Disabled,
        }
    }
}

#[derive(Clone, Debug)]
enum Event {
    Admit,
    /// The call with this index among those in flight ends.
    End(prop::sample::Index, Outcome),
    Wait(u64),
    Force(CircuitState),
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![3 => Just(Outcome::Failure), 3 => Just(Outcome::Success), 1 => Just(Outcome::Ignored)]
}

fn events() -> impl Strategy<Value = Event> {
    let forced = prop_oneof![
        1 => Just(CircuitState::ForcedOpen),
        1 => Just(CircuitState::Disabled),
        3 => Just(CircuitState::Closed)
    ];
    prop_oneof![
        10 => Just(Event::Admit),
        10 => (any::<prop::sample::Index>(), outcomes()).prop_map(|(call, outcome)| Event::End(call, outcome)),
        3 => (0_u64..20_000).prop_map(Event::Wait),
        1 => forced.prop_map(Event::Force),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    let backoff = prop_oneof![Just(4_u32), Just(8), Just(6)];
    (1_u32..5, 1_u64..10, backoff, 1_u32..4, 1_u32..4).prop_map(
        |(threshold, recovery_secs, backoff_quarters, probes, successes)| Settings {
            threshold,
            recovery_secs,
            backoff_quarters,
            probes,
            successes,
        },
    )
}

proptest! {
    #[test]
    fn the_word_behaves_as_the_naive_machine(
        settings in settings(),
        events in prop::collection::vec(events(), 1..400),
    ) {
        let policy = settings.policy();
        let mut gate = Gate::NEW;
        let mut model = Model { state: Naive::Closed { streak: 0 }, changes: 0 };
        let mut in_flight = Vec::new();
        let mut now = 1_000;
        for event in events {
            match event {
                Event::Wait(millis) => now += millis,
                Event::Force(state) => {
                    gate = gate.forced(state);
                    model.go(match state {
                        CircuitState::ForcedOpen => Naive::ForcedOpen,
                        CircuitState::Disabled => Naive::Disabled,
                        _ => Naive::Closed { streak: 0 },
                    });
                }
                Event::Admit => {
                    let (next, admission) = gate.admit(&policy, || now);
                    gate = next;
                    prop_assert_eq!(admission, model.admit(settings, now));
                    if !matches!(admission, Admission::Refused { .. }) {
                        in_flight.push((gate.generation(), model.changes));
                    }
                }
                Event::End(call, outcome) if !in_flight.is_empty() => {
                    let (generation, changes) = in_flight.swap_remove(call.index(in_flight.len()));
                    gate = gate.ended(&policy, generation, outcome, || now);
                    model.ended(settings, changes, outcome, now);
                }
                Event::End(..) => {}
            }
            prop_assert_eq!(gate.state(), model.state());
            prop_assert_eq!(gate.generation().bits(), model.changes % (1 << GENERATION_BITS));
            prop_assert_eq!(gate.passes(), matches!(model.state, Naive::Closed { .. } | Naive::Disabled));
            prop_assert_eq!(gate.is_unmarred(), matches!(model.state, Naive::Closed { streak: 0 }));
            prop_assert_eq!(Gate::from_bits(gate.bits()), gate);
            if gate.is_unmarred() {
                let after = gate.ended(&policy, gate.generation(), Outcome::Success, || now);
                prop_assert_eq!(after, gate);
            }
            if let Naive::HalfOpen { probes, successes, .. } = model.state {
                prop_assert!(probes <= settings.probes);
                prop_assert_eq!((gate.probes(), gate.successes()), (u64::from(probes), u64::from(successes)));
            }
        }
    }

    #[test]
    fn a_generation_is_after_those_before_it_across_the_wrap(start in 0_u64..1 << GENERATION_BITS, ahead in 1_u64..8_192) {
        let old = Generation::from_bits(start);
        let new = Generation::from_bits(start + ahead);
        prop_assert!(new.is_after(old));
        prop_assert!(!old.is_after(new));
        prop_assert!(!old.is_after(old));
        let opposite = Generation::from_bits(start + 8_192);
        prop_assert!(!opposite.is_after(old) && !old.is_after(opposite));
    }
}

#[test]
fn what_a_window_found_moves_only_its_own_generation() {
    let policy = BreakerPolicy::new().failure_rate(0.5);
    let old = Gate::NEW;
    let newer = old.forced(CircuitState::Closed);
    assert_eq!(newer.tripped(&policy, old.generation(), || 0), newer);
    assert_eq!(newer.tripped(&policy, newer.generation(), || 0).state(), CircuitState::Open);
    let disabled = old.forced(CircuitState::Disabled);
    assert_eq!(disabled.tripped(&policy, disabled.generation(), || 0), disabled);
}

#[test]
fn the_clock_is_not_read_while_closed() {
    let policy = BreakerPolicy::new();
    let never = || unreachable!("read the clock");
    let (gate, admission) = Gate::NEW.admit(&policy, never);
    assert_eq!(admission, Admission::Call);
    assert_eq!(gate.ended(&policy, gate.generation(), Outcome::Success, never), Gate::NEW);
}
