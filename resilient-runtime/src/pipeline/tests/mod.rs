//! Random stacks in virtual time: a pipeline and the guards of attributes do what a naive model says.

mod by_guards;
mod model;
mod states;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::sleep;

use self::states::States;
use crate::core::error::{Error, Failure};
use crate::core::random::FIXED;
use crate::retry::backoff::{Backoff, Jitter};
use crate::retry::policy::RetryPolicy;
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
    /// All its decisions are made by the number [`DRAWN`].
    Throttle {
        /// The ratio, in tenths.
        tenths: u32,
    },
    Timeout {
        limit: u64,
    },
    /// Its only slot is taken until a moment after each call began.
    Bulkhead {
        held_for: u64,
        max_wait: u64,
    },
    /// Its limit begins with this, and adapts itself up to [`MOST`]. [`Fault::Major`] is a sign of overload.
    Adaptive {
        initial: u32,
    },
    /// So many permits in each second. [`Fault::Minor`] stops everybody for a time.
    RateLimit {
        permits: u32,
        max_wait: u64,
        pause: u64,
    },
    /// Answers refusals and [`Fault::Minor`].
    Fallback,
    /// The innermost layer, if there is one. Bodies take no time on its only thread, which is taken until a moment after
    /// each call began; nobody waits for it.
    Threads {
        held_for: u64,
    },
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

/// Longer than a test lasts in virtual time: no breaker recovers, and the window of a throttle has all calls.
const NEVER: Duration = Duration::from_secs(3_600);

/// What throttles draw in place of a random number. No share of calls is equal to it.
const DRAWN: f64 = 0.432_109_87;

/// The greatest limit of a bulkhead that adapts itself: more than a call at a time ever reaches.
const MOST: u32 = 4;

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
    /// The limit of each bulkhead that adapts itself, in the end.
    limits: Vec<usize>,
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
#[derive(Clone)]
struct Script {
    acts: Vec<Act>,
    ran: Arc<AtomicUsize>,
}

impl Script {
    fn next(&self) -> Act {
        let ran = self.ran.fetch_add(1, Ordering::SeqCst);
        self.acts[ran.min(self.acts.len() - 1)]
    }

    async fn act(&self) -> Result<u32, Fault> {
        let act = self.next();
        if act.takes > 0 {
            sleep(Duration::from_millis(act.takes)).await;
        }
        act.outcome
    }

    fn on_a_thread(&self) -> impl Fn() -> Result<u32, Fault> + Clone + Send + use<> {
        let script = self.clone();
        move || script.next().outcome
    }
}

fn is_on_threads(kinds: &[Kind]) -> bool {
    matches!(kinds.last(), Some(Kind::Threads { .. }))
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
        2 => (10..20_u32).prop_map(|tenths| Kind::Throttle { tenths }),
        2 => (1..=MOST).prop_map(|initial| Kind::Adaptive { initial }),
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
    let threads =
        (0..2_u64, 0..12_u64).prop_map(|(is_held, held)| Kind::Threads { held_for: is_held * (held * 10 + 5) });
    let threads = prop::option::weighted(0.3, threads);
    (prop::collection::vec(kind(), 0..11), threads).prop_map(|(mut kinds, threads)| {
        let held = kinds.iter_mut().filter_map(|kind| match kind {
            Kind::Bulkhead { held_for, .. } if *held_for > 0 => Some(held_for),
            _ => None,
        });
        held.skip(1).for_each(|held_for| *held_for = 0);
        // The deadline of a body on a thread is one in real time, which the machine may need.
        if threads.is_some() {
            for kind in &mut kinds {
                if let Kind::Timeout { limit } = kind {
                    *limit += 600_000;
                }
            }
        }
        kinds.extend(threads);
        kinds
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_stacks_do_what_a_naive_model_says(
        kinds in kinds(),
        mut calls in prop::collection::vec(prop::collection::vec(act(), 1..5), 1..5),
    ) {
        if is_on_threads(&kinds) {
            calls.iter_mut().flatten().for_each(|act| act.takes = 0);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        FIXED.set(Some(DRAWN));
        let seen = runtime.expect("a runtime").block_on(async {
            let by_pipeline = States::of(&kinds).see_pipeline(&calls).await?;
            let states = States::of(&kinds);
            let by_guards = states.see(&calls, async |script| by_guards::call(&states, script).await).await;
            Some((by_pipeline, by_guards))
        });
        FIXED.set(None);
        let Some((by_pipeline, by_guards)) = seen else { return Ok(()) };
        let expected = model::see(&kinds, &calls);
        prop_assert_eq!(&by_guards, &expected, "guards");
        prop_assert_eq!(&by_pipeline, &expected, "pipeline");
    }
}
