//! Random stacks in virtual time: a pipeline and the guards of attributes do what a naive model says.

mod by_guards;
mod model;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::{Instant, sleep};

use crate::adaptive_throttle::policy::AdaptiveThrottlePolicy;
use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::policy::BulkheadPolicy;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::core::error::{Error, Failure};
use crate::pipeline::pipeline::Pipeline;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::policy::RateLimitPolicy;
use crate::retry::backoff::{Backoff, Jitter};
use crate::retry::policy::RetryPolicy;
use crate::retry_budget::budget::RetryBudget;
use crate::retry_budget::policy::RetryBudgetPolicy;

/// A layer. Times are in milliseconds.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Retry {
        attempts: u32,
        delay: u64,
        /// Whether it waits for a permit after a refusal of a rate limit.
        awaits_permits: bool,
        /// The retries that its budget has tokens for in each call, if it has one.
        tokens: Option<u32>,
    },
    Breaker {
        threshold: u32,
    },
    /// It sheds nothing, because its decisions are random, but counts.
    Throttle,
    Timeout {
        limit: u64,
    },
    /// Its only slot is taken until a moment after each call began.
    Bulkhead {
        held_for: u64,
        max_wait: u64,
    },
    /// So many permits in each second. [`Fault::Minor`] stops everybody for a time.
    RateLimit {
        permits: u32,
        max_wait: u64,
        pause: u64,
    },
    /// Answers refusals and [`Fault::Minor`].
    Fallback,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Major,
    /// Counts neither way to breakers.
    Minor,
}

/// What an attempt does, and how long it takes.
#[derive(Clone, Copy, Debug)]
struct Act {
    outcome: Result<u32, Fault>,
    takes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Value(u32),
    Fault(Fault),
    /// By a limit of this length.
    TimedOut(u64),
    Full,
    Open,
    /// A rate limit, which lets a call begin after so many milliseconds.
    Limited(u64),
}

/// The answer of a fallback.
const ANSWER: u32 = 100;

/// The span of the permits: less than the time between two calls.
const SPAN: Duration = Duration::from_millis(1_200);

/// Longer than a test lasts in virtual time: no breaker recovers.
const NEVER: Duration = Duration::from_secs(3_600);

/// What can be seen of the calls through a stack.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    /// The outcome, the attempts, and how long it took.
    calls: Vec<(Outcome, usize, u64)>,
    /// The successful, failed, ignored and rejected calls of each breaker.
    breakers: Vec<[u64; 4]>,
    /// The accepted, failed, ignored and shed calls of each throttle.
    throttles: Vec<[u64; 4]>,
    /// The accepted calls, the rejected ones and the holds of each rate limit.
    limiters: Vec<[u64; 3]>,
    /// The retries that the budget let through, and those that it did not.
    budget: Option<[u64; 2]>,
}

impl From<Result<u32, Failure<Fault>>> for Outcome {
    fn from(outcome: Result<u32, Failure<Fault>>) -> Self {
        match outcome {
            Ok(value) => Self::Value(value),
            Err(Failure::Inner(fault)) => Self::Fault(fault),
            Err(Failure::Refused(Error::TimedOut { after, .. })) => Self::TimedOut(millis_of(after)),
            Err(Failure::Refused(Error::BulkheadFull { .. })) => Self::Full,
            Err(Failure::Refused(Error::RateLimited { retry_after, .. })) => {
                Self::Limited(retry_after.map_or(u64::MAX, millis_of))
            }
            Err(Failure::Refused(_)) => Self::Open,
        }
    }
}

fn millis_of(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).expect("tests do not last that long")
}

/// The states and policies of a stack.
struct States {
    kinds: Vec<Kind>,
    breakers: Vec<Arc<CircuitBreaker>>,
    throttles: Vec<Arc<AdaptiveThrottle>>,
    bulkheads: Vec<Arc<Bulkhead>>,
    limiters: Vec<Arc<RateLimiter>>,
    /// That of the only retry, if it has one.
    budget: Option<Arc<RetryBudget>>,
}

impl States {
    fn of(kinds: &[Kind]) -> Self {
        let breakers = kinds.iter().filter_map(|kind| match *kind {
            Kind::Breaker { threshold } => {
                Some(BreakerPolicy::new().failure_threshold(threshold).recovery_timeout(NEVER))
            }
            _ => None,
        });
        let throttles = kinds.iter().filter(|kind| matches!(kind, Kind::Throttle));
        let throttles = throttles.map(|_| AdaptiveThrottlePolicy::new().min_calls(u32::MAX));
        let bulkheads = kinds.iter().filter_map(|kind| match *kind {
            Kind::Bulkhead { max_wait, .. } => Some(BulkheadPolicy::new(1).max_wait(Duration::from_millis(max_wait))),
            _ => None,
        });
        let limiters = kinds.iter().filter_map(|kind| match *kind {
            Kind::RateLimit { permits, max_wait, pause } => {
                let policy = RateLimitPolicy::new(permits, SPAN).max_wait(Duration::from_millis(max_wait));
                Some(policy.default_retry_after(Duration::from_millis(pause)))
            }
            _ => None,
        });
        let budget = kinds.iter().find_map(|kind| match *kind {
            Kind::Retry { tokens, .. } => tokens.map(budget),
            _ => None,
        });
        Self {
            kinds: kinds.to_vec(),
            breakers: breakers.map(|policy| Arc::new(CircuitBreaker::new("random", policy))).collect(),
            throttles: throttles.map(|policy| Arc::new(AdaptiveThrottle::new("random", policy))).collect(),
            bulkheads: bulkheads.map(|policy| Arc::new(Bulkhead::new("random", policy))).collect(),
            limiters: limiters.map(|policy| Arc::new(RateLimiter::new("random", policy))).collect(),
            budget: budget.map(|policy| Arc::new(RetryBudget::new("random", policy))),
        }
    }

    /// The pipeline; `None` if `build` finds a contradiction.
    fn pipeline(&self) -> Option<Pipeline<Fault, u32>> {
        let (mut breakers, mut bulkheads) = (self.breakers.iter(), self.bulkheads.iter());
        let (mut throttles, mut limiters) = (self.throttles.iter(), self.limiters.iter());
        let mut layers = Pipeline::new();
        for kind in &self.kinds {
            layers = match *kind {
                Kind::Retry { .. } => layers.retry(retry(kind)).budget(self.budget.as_ref()),
                Kind::Breaker { .. } => layers.breaker(breakers.next()).failure_if(counts),
                Kind::Throttle => layers.adaptive_throttle(throttles.next()).failure_if(counts),
                Kind::Timeout { limit } => layers.timeout(Duration::from_millis(limit)),
                Kind::Bulkhead { .. } => layers.bulkhead(bulkheads.next()),
                Kind::RateLimit { .. } => layers.rate_limit(limiters.next()).paused_if(is_minor),
                Kind::Fallback => layers.fallback(|_| Ok(ANSWER)).fallback_if(is_minor),
            };
        }
        layers.build().ok()
    }

    /// Takes the slot of each bulkhead that is to be taken for some time.
    fn hold_slots(&self) {
        let held = self.kinds.iter().filter_map(|kind| match *kind {
            Kind::Bulkhead { held_for, .. } => Some(held_for),
            _ => None,
        });
        for (held_for, bulkhead) in held.zip(&self.bulkheads).filter(|(held_for, _)| *held_for > 0) {
            let bulkhead = Arc::clone(bulkhead);
            assert!(bulkhead.take_slot(), "nothing is left of the call before");
            tokio::spawn(async move {
                sleep(Duration::from_millis(held_for)).await;
                bulkhead.give_back();
            });
        }
    }

    fn breakers(&self) -> Vec<[u64; 4]> {
        let counts = |breaker: &Arc<CircuitBreaker>| {
            let stats = breaker.stats();
            [stats.successful_calls, stats.failed_calls, stats.ignored_calls, stats.rejected_calls]
        };
        self.breakers.iter().map(counts).collect()
    }

    fn throttles(&self) -> Vec<[u64; 4]> {
        let counts = |throttle: &Arc<AdaptiveThrottle>| {
            let stats = throttle.stats();
            [stats.accepted_calls, stats.failed_calls, stats.ignored_calls, stats.shed_calls]
        };
        self.throttles.iter().map(counts).collect()
    }

    /// Makes calls one after the other, a minute apart.
    async fn see(&self, calls: &[Vec<Act>], call: impl AsyncFn(&Script<'_>) -> Result<u32, Failure<Fault>>) -> Seen {
        let mut seen = Vec::new();
        for acts in calls {
            self.hold_slots();
            let (script, start) = (Script { acts, ran: Cell::new(0) }, Instant::now());
            let outcome = call(&script).await;
            seen.push((outcome.into(), script.ran.get(), millis_of(start.elapsed())));
            sleep(Duration::from_secs(20)).await;
        }
        let limiters = self.limiters.iter().map(|limiter| limiter.stats());
        let limiters = limiters.map(|stats| [stats.accepted_calls, stats.rejected_calls, stats.holds]).collect();
        let budget = self.budget.as_ref().map(|budget| budget.stats());
        let budget = budget.map(|stats| [stats.retries, stats.refused_retries]);
        Seen { calls: seen, breakers: self.breakers(), throttles: self.throttles(), limiters, budget }
    }
}

/// The policy of a retry.
fn retry(kind: &Kind) -> RetryPolicy {
    let Kind::Retry { attempts, delay, awaits_permits, .. } = *kind else { unreachable!("it is a retry") };
    let policy = RetryPolicy::new().max_attempts(attempts).backoff(Backoff::Constant).jitter(Jitter::None);
    policy.base_delay(Duration::from_millis(delay)).retry_rate_limited(awaits_permits)
}

/// Each call earns so many tokens, and nothing else does or is kept.
fn budget(tokens: u32) -> RetryBudgetPolicy {
    RetryBudgetPolicy::new().share(f64::from(tokens)).burst(tokens).min_per_second(0)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as filters are called")]
fn counts(fault: &Fault) -> bool {
    *fault == Fault::Major
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as filters are called")]
fn is_minor(fault: &Fault) -> bool {
    *fault == Fault::Minor
}

/// The attempts of a call; the last act is repeated.
struct Script<'a> {
    acts: &'a [Act],
    ran: Cell<usize>,
}

impl Script<'_> {
    async fn act(&self) -> Result<u32, Fault> {
        let act = self.acts[self.ran.get().min(self.acts.len() - 1)];
        self.ran.set(self.ran.get() + 1);
        if act.takes > 0 {
            sleep(Duration::from_millis(act.takes)).await;
        }
        act.outcome
    }
}

fn limit() -> impl Strategy<Value = Kind> {
    (2..30_u64).prop_map(|limit| Kind::Timeout { limit: limit * 10 })
}

fn kind() -> impl Strategy<Value = Kind> {
    let bulkhead = (0..2_u64, 0..12_u64, 0..3_u64, 1..12_u64).prop_map(|(is_held, held, waits, wait)| Kind::Bulkhead {
        held_for: is_held * (held * 10 + 3),
        max_wait: waits.min(1) * wait * 10,
    });
    let retry = (2..5_u32, 1..8_u64, any::<bool>(), prop::option::of(1..3_u32)).prop_map(
        |(attempts, delay, awaits_permits, tokens)| Kind::Retry { attempts, delay: delay * 10, awaits_permits, tokens },
    );
    let limit_of_rate = (1..4_u32, 0..2_u64, 1..120_u64, 1..30_u64).prop_map(|(permits, waits, wait, pause)| {
        Kind::RateLimit { permits, max_wait: waits * wait * 10, pause: pause * 10 }
    });
    prop_oneof![
        2 => retry,
        2 => limit_of_rate,
        3 => (1..4_u32).prop_map(|threshold| Kind::Breaker { threshold }),
        2 => Just(Kind::Throttle),
        4 => limit(),
        2 => bulkhead,
        1 => Just(Kind::Fallback),
    ]
}

/// Bodies end at moments that no limit and no delay has, however often they are added up.
fn act() -> impl Strategy<Value = Act> {
    let outcome = prop_oneof![2 => Just(Ok(7)), 3 => Just(Err(Fault::Major)), 1 => Just(Err(Fault::Minor))];
    let takes = prop_oneof![1 => Just(0), 4 => (0..20_u64).prop_map(|takes| takes * 10 + 7), 1 => Just(100_007)];
    (outcome, takes).prop_map(|(outcome, takes)| Act { outcome, takes })
}

/// Layers of which one bulkhead is taken at most: two could become free at the moment at which a delay ends.
fn kinds() -> impl Strategy<Value = Vec<Kind>> {
    prop::collection::vec(kind(), 0..11).prop_map(|mut kinds| {
        let held = kinds.iter_mut().filter_map(|kind| match kind {
            Kind::Bulkhead { held_for, .. } if *held_for > 0 => Some(held_for),
            _ => None,
        });
        held.skip(1).for_each(|held_for| *held_for = 0);
        kinds
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_stacks_do_what_a_naive_model_says(
        kinds in kinds(),
        calls in prop::collection::vec(prop::collection::vec(act(), 1..5), 1..5),
    ) {
        let Some(pipeline) = States::of(&kinds).pipeline() else { return Ok(()) };
        drop(pipeline);
        let expected = model::see(&kinds, &calls);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let (by_pipeline, by_guards) = runtime.expect("a runtime").block_on(async {
            let states = States::of(&kinds);
            let pipeline = states.pipeline().expect("it was built before");
            let by_pipeline = states.see(&calls, async |script| pipeline.run(|| script.act()).await).await;
            let states = States::of(&kinds);
            let by_guards = states.see(&calls, async |script| by_guards::call(&states, script).await).await;
            (by_pipeline, by_guards)
        });
        prop_assert_eq!(&by_guards, &expected, "guards");
        prop_assert_eq!(&by_pipeline, &expected, "pipeline");
    }
}
