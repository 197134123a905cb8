//! The states of a random stack, its pipeline, and what can be seen of calls.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{ANSWER, Act, Fault, Kind, MOST, NEVER, SPAN, Script, Seen};
use super::{budget, counts, is_minor, is_on_threads, millis_of, retry};
use crate::adaptive_throttle::policy::AdaptiveThrottlePolicy;
use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::bulkhead::adaptive::limit::AdaptiveLimit;
use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::policy::BulkheadPolicy;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::core::error::Failure;
use crate::pipeline::builder::PipelineBuilder;
use crate::pipeline::pipeline::Pipeline;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::policy::RateLimitPolicy;
use crate::retry_budget::budget::RetryBudget;
use crate::thread_bulkhead::policy::ThreadBulkheadPolicy;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;

/// The states and policies of a stack.
pub(super) struct States {
    pub(super) kinds: Vec<Kind>,
    pub(super) breakers: Vec<Arc<CircuitBreaker>>,
    pub(super) throttles: Vec<Arc<AdaptiveThrottle>>,
    pub(super) bulkheads: Vec<Arc<Bulkhead>>,
    pub(super) adaptive: Vec<Arc<Bulkhead>>,
    pub(super) threads: Option<Arc<ThreadBulkhead>>,
    pub(super) limiters: Vec<Arc<RateLimiter>>,
    /// That of the only retry, if it has one.
    pub(super) budget: Option<Arc<RetryBudget>>,
}

impl States {
    pub(super) fn of(kinds: &[Kind]) -> Self {
        let breakers = kinds.iter().filter_map(|kind| match *kind {
            Kind::Breaker { threshold } => {
                Some(BreakerPolicy::new().failure_threshold(threshold).recovery_timeout(NEVER))
            }
            _ => None,
        });
        let throttles = kinds.iter().filter_map(|kind| match *kind {
            Kind::Throttle { tenths } => {
                Some(AdaptiveThrottlePolicy::new().ratio(f64::from(tenths) / 10.0).min_calls(2).window(NEVER))
            }
            _ => None,
        });
        let adaptive = kinds.iter().filter_map(|kind| match *kind {
            Kind::Adaptive { initial } => {
                Some(BulkheadPolicy::new(1).adaptive(AdaptiveLimit::new(MOST).initial(initial)))
            }
            _ => None,
        });
        let threads = is_on_threads(kinds).then(|| ThreadBulkheadPolicy::new(1).max_queue(0));
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
            adaptive: adaptive.map(|policy| Arc::new(Bulkhead::new("random", policy))).collect(),
            threads: threads.map(|policy| Arc::new(ThreadBulkhead::new("random", policy))),
            bulkheads: bulkheads.map(|policy| Arc::new(Bulkhead::new("random", policy))).collect(),
            limiters: limiters.map(|policy| Arc::new(RateLimiter::new("random", policy))).collect(),
            budget: budget.map(|policy| Arc::new(RetryBudget::new("random", policy))),
        }
    }

    /// The layers of the pipeline, without threads.
    fn layers(&self) -> PipelineBuilder<Fault, u32> {
        let (mut breakers, mut bulkheads) = (self.breakers.iter(), self.bulkheads.iter());
        let (mut throttles, mut limiters) = (self.throttles.iter(), self.limiters.iter());
        let mut adaptive = self.adaptive.iter();
        let mut layers = Pipeline::new();
        for kind in &self.kinds {
            layers = match *kind {
                Kind::Retry { .. } => layers.retry(retry(kind)).budget(self.budget.as_ref()),
                Kind::Breaker { .. } => layers.breaker(breakers.next()).failure_if(counts),
                Kind::Throttle { .. } => layers.adaptive_throttle(throttles.next()).failure_if(counts),
                Kind::Timeout { limit } => layers.timeout(Duration::from_millis(limit)),
                Kind::Bulkhead { .. } => layers.bulkhead(bulkheads.next()),
                Kind::Adaptive { .. } => layers.bulkhead(adaptive.next()).overload_if(counts),
                Kind::RateLimit { .. } => layers.rate_limit(limiters.next()).paused_if(is_minor),
                Kind::Fallback => layers.fallback(|_| Ok(ANSWER)).fallback_if(is_minor),
                Kind::Threads { .. } => layers,
            };
        }
        layers
    }

    /// Calls through the pipeline; `None` if `build` finds a contradiction.
    pub(super) async fn see_pipeline(&self, calls: &[Vec<Act>]) -> Option<Seen> {
        match &self.threads {
            Some(threads) => {
                let pipeline = self.layers().build_on(threads).ok()?;
                Some(self.see(calls, async |script| pipeline.run(script.on_a_thread()).await).await)
            }
            None => {
                let pipeline = self.layers().build().ok()?;
                Some(self.see(calls, async |script| pipeline.run(|| script.act()).await).await)
            }
        }
    }

    /// Takes the only thread, until a moment that is to come.
    fn hold_thread(&self) {
        let Some((&Kind::Threads { held_for: held_for @ 1.. }, threads)) = self.kinds.last().zip(self.threads.as_ref())
        else {
            return;
        };
        let (release, released) = channel::<()>();
        let holder = Arc::clone(threads);
        std::thread::spawn(move || holder.call(move || Ok::<_, Fault>(released.recv().is_err())));
        while threads.busy() == 0 {
            std::thread::yield_now();
        }
        let threads = Arc::clone(threads);
        tokio::spawn(async move {
            sleep(Duration::from_millis(held_for)).await;
            drop(release);
            while threads.busy() > 0 {
                std::thread::yield_now();
            }
        });
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
    pub(super) async fn see(
        &self,
        calls: &[Vec<Act>],
        call: impl AsyncFn(&Script) -> Result<u32, Failure<Fault>>,
    ) -> Seen {
        let mut seen = Vec::new();
        for acts in calls {
            self.hold_slots();
            self.hold_thread();
            let (script, start) = (Script { acts: acts.clone(), ran: Arc::default() }, Instant::now());
            let outcome = call(&script).await;
            seen.push((outcome.into(), script.ran.load(Ordering::SeqCst), millis_of(start.elapsed())));
            sleep(Duration::from_secs(20)).await;
        }
        let limiters = self.limiters.iter().map(|limiter| limiter.stats());
        let limiters = limiters.map(|stats| [stats.accepted_calls, stats.rejected_calls, stats.holds]).collect();
        let budget = self.budget.as_ref().map(|budget| budget.stats());
        let budget = budget.map(|stats| [stats.retries, stats.refused_retries]);
        let limits = self.adaptive.iter().map(|bulkhead| bulkhead.limit()).collect();
        Seen { calls: seen, breakers: self.breakers(), throttles: self.throttles(), limiters, limits, budget }
    }
}
