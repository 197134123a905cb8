//! Every scenario of order has the same outcome by attributes and by a pipeline: one table, run through both.

use std::pin::Pin;

use resilient::pipeline::PipelineBuilder;
use resilient::{BulkheadStats, CircuitStats, Slot, bulkhead, circuit_breaker, fallback, registry, retry, timeout};
use tokio::time::{Instant, sleep};

use super::*;
use crate::fault::Fault;

type Outcome = Result<u32, Fault>;

/// What the body does in an attempt.
#[derive(Clone, Copy)]
enum Act {
    Good,
    Bad,
    Other,
    Hang,
    /// Succeeds after so many milliseconds.
    GoodIn(u64),
    BadIn(u64),
}

/// What happens to a stack, in order.
#[derive(Clone, Copy)]
enum Step {
    /// A call, and what its attempts do; the last of these is repeated.
    Call(&'static [Act]),
    /// So many calls at a time.
    Together(usize, &'static [Act]),
    Wait(Duration),
    /// Takes a slot of a bulkhead, until `Free`.
    Take(usize),
    Free,
    ForceOpen(usize),
}

use Act::{Bad, BadIn, Good, GoodIn, Hang, Other};
use Step::{Call, ForceOpen, Free, Take, Together, Wait};

/// The attempts of one call.
struct Script {
    acts: &'static [Act],
    ran: Ran,
}

impl Script {
    async fn act(&self) -> Outcome {
        let attempt = count(&self.ran);
        let act = self.acts.get(attempt as usize - 1).or(self.acts.last()).copied().unwrap_or(Good);
        match act {
            Good => Ok(attempt),
            Bad => Err(Fault::Own),
            Other => Err(Fault::Other),
            Hang => std::future::pending().await,
            GoodIn(after) => {
                sleep(millis(after)).await;
                Ok(attempt)
            }
            BadIn(after) => {
                sleep(millis(after)).await;
                Err(Fault::Own)
            }
        }
    }
}

type Called<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;
type Builder = PipelineBuilder<Fault, u32>;
type Layers = fn(&[Arc<CircuitBreaker>], &[Arc<Bulkhead>]) -> Builder;

struct Scenario {
    title: &'static str,
    /// The breakers and bulkheads: the names that the attributes use, and the policies.
    breakers: &'static [(&'static str, BreakerPolicy)],
    bulkheads: &'static [(&'static str, BulkheadPolicy)],
    attributes: for<'a> fn(&'a Script) -> Called<'a>,
    pipeline: Layers,
    steps: &'static [Step],
}

/// What can be seen of a run.
#[derive(Debug, PartialEq)]
struct Seen {
    calls: Vec<(Outcome, u32, Duration)>,
    breakers: Vec<(CircuitStats, CircuitState)>,
    bulkheads: Vec<(BulkheadStats, usize, usize)>,
}

/// A function that gives a scenario.
macro_rules! scenario {
    (
        $name:ident,
        breakers: $breakers:expr,
        bulkheads: $bulkheads:expr,
        $(#[$($attribute:tt)*])*
        |$breaker:pat_param, $bulkhead:pat_param| $layers:expr,
        $steps:expr
    ) => {
        pub(super) fn $name() -> Scenario {
            $(#[$($attribute)*])*
            async fn call(script: &Script) -> Outcome {
                script.act().await
            }

            Scenario {
                title: stringify!($name),
                breakers: const { $breakers },
                bulkheads: const { $bulkheads },
                attributes: |script| Box::pin(call(script)),
                pipeline: |$breaker, $bulkhead| $layers,
                steps: const { $steps },
            }
        }
    };
}

async fn see(
    steps: &[Step],
    breakers: &[&CircuitBreaker],
    bulkheads: &[&Bulkhead],
    call: impl for<'a> Fn(&'a Script) -> Called<'a>,
) -> Seen {
    let mut calls = Vec::new();
    let mut slots: Vec<Slot<'_>> = Vec::new();
    let one = async |acts: &'static [Act]| {
        let (script, start) = (Script { acts, ran: Ran::default() }, Instant::now());
        let outcome = call(&script).await;
        (outcome, script.ran.get(), start.elapsed())
    };
    for step in steps {
        match *step {
            Call(acts) => calls.push(one(acts).await),
            Together(2, acts) => calls.extend(<[_; 2]>::from(tokio::join!(one(acts), one(acts)))),
            Together(_, acts) => calls.extend(<[_; 3]>::from(tokio::join!(one(acts), one(acts), one(acts)))),
            Wait(span) => tokio::time::advance(span).await,
            Take(index) => slots.push(bulkheads[index].try_acquire().expect("a slot is free")),
            Free => slots.clear(),
            ForceOpen(index) => breakers[index].force_open(),
        }
    }
    Seen {
        calls,
        breakers: breakers.iter().map(|breaker| (breaker.stats(), breaker.state())).collect(),
        bulkheads: bulkheads.iter().map(|it| (it.stats(), it.in_flight(), it.waiting())).collect(),
    }
}

async fn by_attributes(scenario: &Scenario) -> Seen {
    let named = |(name, policy): &(&str, BreakerPolicy)| {
        let breaker = registry().circuit_breaker(name).expect("an attribute names it");
        assert_eq!(breaker.policy(), *policy, "{}: both sides have one policy", scenario.title);
        breaker
    };
    let breakers: Vec<_> = scenario.breakers.iter().map(named).collect();
    let named = |(name, policy): &(&str, BulkheadPolicy)| {
        let bulkhead = registry().bulkhead(name).expect("an attribute names it");
        assert_eq!(bulkhead.policy(), *policy, "{}: both sides have one policy", scenario.title);
        bulkhead
    };
    let bulkheads: Vec<_> = scenario.bulkheads.iter().map(named).collect();
    see(scenario.steps, &breakers, &bulkheads, scenario.attributes).await
}

async fn by_pipeline(scenario: &Scenario) -> Seen {
    let breakers = scenario.breakers.iter().map(|(name, policy)| Arc::new(CircuitBreaker::new(name, *policy)));
    let breakers: Vec<_> = breakers.collect();
    let bulkheads = scenario.bulkheads.iter().map(|(name, policy)| Arc::new(Bulkhead::new(name, *policy)));
    let bulkheads: Vec<_> = bulkheads.collect();
    let pipeline = (scenario.pipeline)(&breakers, &bulkheads).build();
    let pipeline = pipeline.unwrap_or_else(|error| panic!("{}: {error}", scenario.title));
    let breakers: Vec<&CircuitBreaker> = breakers.iter().map(|breaker| &**breaker).collect();
    let bulkheads: Vec<&Bulkhead> = bulkheads.iter().map(|bulkhead| &**bulkhead).collect();
    see(scenario.steps, &breakers, &bulkheads, |script| {
        let pipeline = pipeline.clone();
        Box::pin(async move { pipeline.run(|| script.act()).await.map_err(Failure::into_error) })
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn every_scenario_of_order_has_the_same_outcome_by_attributes_and_by_a_pipeline() {
    for scenario in scenarios::ALL {
        let scenario = &scenario();
        let seen = by_attributes(scenario).await;
        assert_eq!(by_pipeline(scenario).await, seen, "{}", scenario.title);
        assert!(!seen.calls.is_empty(), "{}", scenario.title);
    }
}

mod scenarios;
