//! Compares the machine with a naive one. The generation and the clock jump between events.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::circuit_breaker::state_word::{Admitted, Mark};

#[derive(Clone, Debug, PartialEq)]
enum Naive {
    Closed,
    Open {
        until: u64,
        reopened: u32,
    },
    /// Each place has the number of its call and when it was taken.
    HalfOpen {
        places: Vec<(usize, u64)>,
        successes: u32,
        reopened: u32,
    },
    ForcedOpen,
    Disabled,
}

#[derive(Clone, Debug)]
struct Model {
    state: Naive,
    changes: u64,
    /// The calls that were admitted so far.
    calls: usize,
}

#[derive(Clone, Copy, Debug)]
struct Settings {
    recovery_secs: u64,
    probe_secs: u64,
    backoff_quarters: u32,
    probes: u32,
    successes: u32,
}

impl Settings {
    fn policy(self) -> BreakerPolicy {
        BreakerPolicy::new()
            .recovery_timeout(Duration::from_secs(self.recovery_secs))
            .recovery_backoff(f64::from(self.backoff_quarters) / 4.0)
            .half_open_max_calls(self.probes)
            .probe_timeout(Duration::from_secs(self.probe_secs))
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

    /// The number of the call, if it is admitted.
    fn admit(&mut self, settings: Settings, now: u64) -> Result<usize, Option<Duration>> {
        let call = self.calls;
        match self.state.clone() {
            Naive::Closed | Naive::Disabled => {}
            Naive::ForcedOpen => return Err(None),
            Naive::Open { until, .. } if now < until => return Err(Some(Duration::from_millis(until - now))),
            Naive::Open { reopened, .. } => {
                self.go(Naive::HalfOpen { places: vec![(call, now)], successes: 0, reopened });
            }
            Naive::HalfOpen { mut places, successes, reopened } => {
                if places.len() == settings.probes as usize {
                    let over = |(_, taken): &(usize, u64)| now >= taken + settings.probe_secs * 1000;
                    places.remove(places.iter().position(over).ok_or(None)?);
                }
                places.push((call, now));
                self.state = Naive::HalfOpen { places, successes, reopened };
            }
        }
        self.calls += 1;
        Ok(call)
    }

    fn probe_ended(&mut self, settings: Settings, call: Option<usize>, outcome: Outcome, now: u64) {
        let Naive::HalfOpen { mut places, mut successes, reopened } = self.state.clone() else { return };
        places.retain(|(number, _)| Some(*number) != call);
        match outcome {
            Outcome::Success if successes + 1 == settings.successes => return self.go(Naive::Closed),
            Outcome::Success => successes += 1,
            Outcome::Failure => {
                let reopened = reopened + 1;
                return self.go(Naive::Open { until: now + settings.open_millis(reopened), reopened });
            }
            Outcome::Ignored | Outcome::Dropped => {}
        }
        self.state = Naive::HalfOpen { places, successes, reopened };
    }

    fn refused(&self, settings: Settings, now: u64) -> bool {
        self.clone().admit(settings, now).is_err()
    }

    fn state(&self) -> CircuitState {
        match self.state {
            Naive::Closed => CircuitState::Closed,
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
    /// The window, or the failures in a row, of the generation of the call with this index were too many.
    Trip(prop::sample::Index),
    /// An outcome of a call that was made elsewhere.
    Record(Outcome),
    /// Changes of state that leave everything else as it is.
    Skip(u64),
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![3 => Just(Outcome::Failure), 3 => Just(Outcome::Success), 1 => Just(Outcome::Ignored), 1 => Just(Outcome::Dropped)]
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
        1 => (0_u64..1 << 31).prop_map(Event::Wait),
        6 => any::<prop::sample::Index>().prop_map(Event::Trip),
        2 => outcomes().prop_map(Event::Record),
        1 => (0_u64..=1 << 17).prop_map(Event::Skip),
        1 => forced.prop_map(Event::Force),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    let backoff = prop_oneof![Just(4_u32), Just(8), Just(6)];
    (1_u64..10, 1_u64..10, backoff, 1_u32..4, 1_u32..4).prop_map(
        |(recovery_secs, probe_secs, backoff_quarters, probes, successes)| Settings {
            recovery_secs,
            probe_secs,
            backoff_quarters,
            probes,
            successes,
        },
    )
}

/// An admitted call: its mark, and its number and generation in the naive machine.
struct InFlight {
    mark: Mark,
    call: usize,
    changes: u64,
    /// Whether it is a probe of the half-open state of that generation.
    is_probe: bool,
}

proptest! {
    #[test]
    fn it_behaves_as_the_naive_machine(settings in settings(), events in prop::collection::vec(events(), 1..400)) {
        let policy = settings.policy();
        let mut machine = Machine::new();
        let mut model = Model { state: Naive::Closed, changes: 0, calls: 0 };
        let mut in_flight: Vec<InFlight> = Vec::new();
        let mut now = 1_000;
        for event in events {
            match event {
                Event::Wait(millis) => now += millis,
                Event::Force(state) => {
                    machine.forced(state);
                    model.go(match state {
                        CircuitState::ForcedOpen => Naive::ForcedOpen,
                        CircuitState::Disabled => Naive::Disabled,
                        _ => Naive::Closed,
                    });
                }
                Event::Skip(changes) if model.state() != CircuitState::HalfOpen => {
                    machine.skip(changes);
                    model.changes += changes;
                }
                Event::Admit => {
                    let mark = match machine.admit(&policy, now) {
                        AdmitDecision::Call => Ok(Mark::call(machine.word())),
                        AdmitDecision::Probe(number) => Ok(Mark::probe(number)),
                        AdmitDecision::Refused(Rejection { state, retry_after }) => {
                            prop_assert_eq!(state, machine.word().state());
                            Err(retry_after)
                        }
                    };
                    let call = model.admit(settings, now);
                    prop_assert_eq!(mark.err(), call.err());
                    if let (Ok(mark), Ok(call)) = (mark, call) {
                        let is_probe = model.state() == CircuitState::HalfOpen;
                        in_flight.push(InFlight { mark, call, changes: model.changes, is_probe });
                    }
                }
                Event::End(index, outcome) if !in_flight.is_empty() => {
                    let ended = in_flight.swap_remove(index.index(in_flight.len()));
                    if let Admitted::Probe(number) = ended.mark.admitted() {
                        machine.probe_ended(&policy, number, outcome, || now);
                    }
                    if ended.is_probe && ended.changes == model.changes {
                        model.probe_ended(settings, Some(ended.call), outcome, now);
                    }
                }
                Event::Record(outcome) => {
                    machine.count_probe(&policy, outcome, || now);
                    model.probe_ended(settings, None, outcome, now);
                }
                Event::Trip(index) if !in_flight.is_empty() => {
                    let found = &in_flight[index.index(in_flight.len())];
                    if let Admitted::Closed(generation) = found.mark.admitted() {
                        machine.tripped(&policy, generation, ChangeReason::Streak, || now);
                        if found.changes == model.changes {
                            model.go(Naive::Open { until: now + settings.open_millis(0), reopened: 0 });
                        }
                    }
                }
                Event::End(..) | Event::Trip(..) | Event::Skip(..) => {}
            }
            let word = machine.word();
            prop_assert_eq!((word.state(), word.generation()), (model.state(), model.changes));
            prop_assert_eq!(word.passes(), matches!(model.state, Naive::Closed | Naive::Disabled));
            prop_assert_eq!(StateWord::from_bits(word.bits()), word);
            let is_refused = match model.state() {
                CircuitState::Open => now < machine.open_until(),
                CircuitState::ForcedOpen => true,
                _ => now < machine.full_until(),
            };
            prop_assert_eq!(is_refused, model.refused(settings, now));
        }
    }
}

/// A half-open machine with one place, taken by the first probe at 0.
fn half_open(policy: &BreakerPolicy) -> (Machine, u64) {
    let mut machine = Machine::new();
    machine.tripped(policy, 0, ChangeReason::Streak, || 0);
    machine.open_until = 0;
    let AdmitDecision::Probe(first) = machine.admit(&ONE_PROBE, 0) else { unreachable!("its time is over") };
    (machine, first)
}

const ONE_PROBE: BreakerPolicy =
    BreakerPolicy::new().half_open_max_calls(1).success_threshold(2).probe_timeout(Duration::from_secs(5));

#[test]
fn a_probe_that_lost_its_place_frees_nobody_elses_and_still_counts() {
    let (mut machine, first) = half_open(&ONE_PROBE);
    let full = AdmitDecision::Refused(Rejection { state: CircuitState::HalfOpen, retry_after: None });
    assert_eq!((machine.full_until(), machine.admit(&ONE_PROBE, 4_999)), (5_000, full));
    let AdmitDecision::Probe(second) = machine.admit(&ONE_PROBE, 5_000) else {
        unreachable!("the place can be taken over")
    };
    assert_eq!(machine.admit(&ONE_PROBE, 5_000), full);
    machine.probe_ended(&ONE_PROBE, first, Outcome::Success, || 5_000);
    assert_eq!(machine.admit(&ONE_PROBE, 5_000), full, "the second is still under way");
    machine.probe_ended(&ONE_PROBE, second, Outcome::Success, || 5_000);
    assert_eq!(machine.word().state(), CircuitState::Closed);
}

#[test]
fn a_probe_of_an_earlier_half_open_period_neither_counts_nor_frees_a_place() {
    let (mut machine, first) = half_open(&ONE_PROBE);
    let AdmitDecision::Probe(second) = machine.admit(&ONE_PROBE, 5_000) else {
        unreachable!("the place can be taken over")
    };
    machine.probe_ended(&ONE_PROBE, second, Outcome::Failure, || 5_000);
    machine.open_until = 0;
    let AdmitDecision::Probe(_) = machine.admit(&ONE_PROBE, 6_000) else { unreachable!("its time is over") };
    for outcome in [Outcome::Success, Outcome::Failure, Outcome::Ignored, Outcome::Dropped] {
        machine.probe_ended(&ONE_PROBE, first, outcome, || 6_000);
        assert_eq!(machine.word().state(), CircuitState::HalfOpen);
        assert!(matches!(machine.admit(&ONE_PROBE, 6_000), AdmitDecision::Refused(_)));
    }
}

#[test]
fn the_clock_is_not_read_where_nothing_opens() {
    let never = || unreachable!("read the clock");
    let (mut machine, first) = half_open(&ONE_PROBE);
    machine.probe_ended(&ONE_PROBE, first, Outcome::Success, never);
    machine.probe_ended(&ONE_PROBE, first, Outcome::Ignored, never);
    machine.forced(CircuitState::Disabled);
    machine.tripped(&ONE_PROBE, machine.word().generation(), ChangeReason::Streak, never);
    assert_eq!(machine.word().state(), CircuitState::Disabled);
}

#[test]
fn a_mark_keeps_what_it_was_made_of() {
    let mut machine = Machine::new();
    machine.skip(1 << 60);
    assert_eq!(Mark::call(machine.word()).admitted(), Admitted::Closed(1 << 60));
    assert_eq!(Mark::probe((1 << 60) + 5).admitted(), Admitted::Probe((1 << 60) + 5));
    machine.forced(CircuitState::Disabled);
    assert_eq!(Mark::call(machine.word()).admitted(), Admitted::Uncounted);
}
