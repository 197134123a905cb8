//! The layers of a pipeline, collected in reading order.

use std::sync::Arc;
use std::time::Duration;

use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::bulkhead::bulkhead::Bulkhead;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::core::error::{ErrorKind, Failure};
use crate::core::name::Name;
use crate::hedge::event::HedgeEvent;
use crate::hedge::hedge::Hedge;
use crate::pipeline::contradictions;
use crate::pipeline::error::PipelineError;
use crate::pipeline::fallback::Fallback;
use crate::pipeline::filters::Filters;
use crate::pipeline::hedge_layer::HedgeLayer;
use crate::pipeline::into_layer::{IntoLayer, Shared};
use crate::pipeline::layer::{FallbackLayer, GateLayer, Layer, Stack, TimeoutLayer, UNNAMED};
use crate::pipeline::pipeline::Pipeline;
use crate::pipeline::rate_layer::RateLayer;
use crate::pipeline::retry_layer::RetryLayer;
use crate::rate_limit::limiter::RateLimiter;
use crate::retry::events::{GiveUpEvent, RetryEvent};
use crate::retry::policy::RetryPolicy;
use crate::retry_budget::budget::RetryBudget;
use crate::timeout::policy::TimeoutPolicy;

/// The layers of a [`Pipeline`] in reading order: the first is the outermost. From [`Pipeline::new`].
///
/// A filter or an observer belongs to the layer that was added last; with a layer that is `None` it is left out. What
/// cannot be meant is reported by [`build`](Self::build), all at once.
#[must_use = "a builder does nothing until `build`"]
pub struct PipelineBuilder<E, T = ()> {
    name: Name,
    layers: Vec<Layer<E, T>>,
    /// What the layer that was added last would be, if it was `None`.
    left_out: Option<&'static str>,
    problems: Vec<String>,
}

impl<E, T> PipelineBuilder<E, T> {
    pub(super) const fn new() -> Self {
        Self { name: UNNAMED, layers: Vec::new(), left_out: None, problems: Vec::new() }
    }

    /// The name in [`Error::TimedOut`](crate::Error::TimedOut) of limits that have none, and in
    /// [`RetryEvent`]. Default: `pipeline`.
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = name.into();
        self
    }

    /// Repeats what is below it, as `#[retry]` does.
    pub fn retry(self, policy: impl IntoLayer<RetryPolicy<E>>) -> Self {
        self.add("retry", policy.into_layer().map(|policy| Layer::Retry(Box::new(RetryLayer::new(policy)))))
    }

    /// Starts another attempt while the first still runs, as `#[hedge]` does: the first success is the answer.
    ///
    /// In [`run`](crate::Pipeline::run) all attempts are polled in the caller's task; a hedge allocates one box for each
    /// call, and one for each attempt beside the first. In [`call_detached`](crate::Pipeline::call_detached) each attempt runs
    /// on a helper thread. [`call`](crate::Pipeline::call) has one thread, so no attempt runs beside another: the next one
    /// begins when one has failed.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Hedge, HedgePolicy, Pipeline};
    /// use std::cell::Cell;
    /// use std::time::Duration;
    ///
    /// let hedge = Hedge::new("users", HedgePolicy::new(Duration::from_millis(1)));
    /// let pipeline: Pipeline<&str> = Pipeline::new().hedge(hedge).build().unwrap();
    /// let attempts = Cell::new(0);
    /// let answer = pipeline.run(async || {
    ///     attempts.set(attempts.get() + 1);
    ///     if attempts.get() == 1 {
    ///         std::future::pending::<()>().await;
    ///     }
    ///     Ok(7)
    /// });
    /// assert_eq!(answer.await.unwrap(), 7);
    /// # });
    /// ```
    pub fn hedge(self, hedge: impl IntoLayer<Shared<Hedge>>) -> Self
    where
        E: Send + 'static,
    {
        self.add("hedge", hedge.into_layer().map(|hedge| Layer::Hedge(Box::new(HedgeLayer::new(hedge)))))
    }

    /// After these errors of the operation the next attempt starts at once; any other ends the call. Belongs to a hedge.
    pub fn hedge_if(self, filter: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        self.of_hedge("hedge_if", |hedge| hedge.worth_it.replace(Arc::new(filter)).is_some())
    }

    /// Called before each attempt beside the first. Belongs to a hedge.
    pub fn on_hedge(self, observer: impl Fn(&HedgeEvent<'_>) + Send + Sync + 'static) -> Self {
        self.of_hedge("on_hedge", |hedge| hedge.on_hedge.replace(Arc::new(observer)).is_some())
    }

    /// Stops calling what fails, as `#[circuit_breaker]` does.
    pub fn breaker(self, breaker: impl IntoLayer<Shared<CircuitBreaker>>) -> Self {
        self.add(
            "circuit_breaker",
            breaker.into_layer().map(|breaker| Layer::Breaker(Box::new(GateLayer::new(breaker)))),
        )
    }

    /// Sheds a share of the calls while few are accepted, as `#[adaptive_throttle]` does.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{AdaptiveThrottle, AdaptiveThrottlePolicy, Pipeline};
    ///
    /// let throttle = AdaptiveThrottle::new("search", AdaptiveThrottlePolicy::new());
    /// let pipeline: Pipeline<&str> = Pipeline::new().adaptive_throttle(throttle).build().unwrap();
    /// assert!(pipeline.call(|| Ok(())).is_ok());
    /// ```
    pub fn adaptive_throttle(self, throttle: impl IntoLayer<Shared<AdaptiveThrottle>>) -> Self {
        let throttle = throttle.into_layer().map(|throttle| Layer::Throttle(Box::new(GateLayer::new(throttle))));
        self.add("adaptive_throttle", throttle)
    }

    /// Limits the time of what is below it, as `#[timeout]` does.
    pub fn timeout(self, limit: impl IntoLayer<TimeoutPolicy>) -> Self {
        self.add("timeout", limit.into_layer().map(|policy| Layer::Timeout(Box::new(TimeoutLayer::new(policy)))))
    }

    /// Limits how many calls begin in a span of time, as `#[rate_limit]` does.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Pipeline, RateLimitPolicy, RateLimiter};
    /// use std::time::Duration;
    ///
    /// let github = RateLimiter::new("github", RateLimitPolicy::new(2, Duration::from_secs(60)));
    /// let pipeline: Pipeline<&str> = Pipeline::new().rate_limit(github).build().unwrap();
    /// assert!(pipeline.call(|| Ok(())).is_ok() && pipeline.call(|| Ok(())).is_ok());
    /// assert!(pipeline.call(|| Ok(())).unwrap_err().refusal().unwrap().is_rate_limited());
    /// ```
    pub fn rate_limit(self, limiter: impl IntoLayer<Shared<RateLimiter>>) -> Self {
        self.add("rate_limit", limiter.into_layer().map(|limiter| Layer::RateLimit(Box::new(RateLayer::new(limiter)))))
    }

    /// Limits the calls in flight, as `#[bulkhead]` does.
    pub fn bulkhead(self, bulkhead: impl IntoLayer<Shared<Bulkhead>>) -> Self {
        let bulkhead = bulkhead.into_layer();
        let adaptive = bulkhead.clone().filter(|bulkhead| bulkhead.is_adaptive());
        let mut builder = self.add("bulkhead", bulkhead.map(|bulkhead| Layer::Bulkhead(Box::new(bulkhead))));
        builder.layers.extend(adaptive.map(|bulkhead| Layer::Adapts(Box::new(GateLayer::new(bulkhead)))));
        builder
    }

    /// Answers in place of a failure, as `#[fallback(|error| …)]` does. It is given the failure: the operation's error,
    /// or a refusal.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Failure, Pipeline};
    ///
    /// let pipeline = Pipeline::<String, u32>::new()
    ///     .fallback(|failure| match failure {
    ///         Failure::Inner(error) => error.parse().map_err(|_| error),
    ///         Failure::Refused(_) => Ok(0),
    ///     })
    ///     .build()
    ///     .unwrap();
    /// assert_eq!(pipeline.call(|| Err("7".to_owned())).unwrap(), 7);
    /// ```
    pub fn fallback(self, answer: impl Fn(Failure<E>) -> Result<T, E> + Send + Sync + 'static) -> Self {
        self.fallbacks([Fallback::call(answer)])
    }

    /// As [`fallback`](Self::fallback) with an async function.
    pub fn fallback_async<F>(self, answer: impl Fn(Failure<E>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        E: Send + 'static,
        T: Send + 'static,
    {
        self.fallbacks([Fallback::run(answer)])
    }

    /// As `#[fallback(first, second, …)]`: tries answers in order until one succeeds. Each is given the failure of the
    /// one before. The list may be made at run time.
    pub fn fallbacks(self, answers: impl IntoIterator<Item = Fallback<E, T>>) -> Self {
        self.add("fallback", Some(Layer::Fallback(Box::new(FallbackLayer::new(answers.into_iter().collect())))))
    }

    /// Of the operation's errors only these are retried. Belongs to a retry.
    pub fn retry_if(self, filter: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        self.filter("retry_if", "retry", |filters| filters.error.replace(Arc::new(filter)).is_some())
    }

    /// These successes are retried, too. When the attempts run out, the last one is returned. Belongs to a retry.
    pub fn retry_if_ok(self, filter: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.filter("retry_if_ok", "retry", |filters| filters.value.replace(Arc::new(filter)).is_some())
    }

    /// Of the operation's results exactly these are retried. Belongs to a retry, in place of the filters above.
    pub fn retry_if_result(self, filter: impl Fn(&Result<T, E>) -> bool + Send + Sync + 'static) -> Self {
        self.filter("retry_if_result", "retry", |filters| filters.result.replace(Arc::new(filter)).is_some())
    }

    /// Takes a token of this budget for each retry or hedge, as `#[retry(budget = …)]` does. A budget that is `None` limits no
    /// retries, and leaves a hedge its own. Belongs to a retry, whose attempts then need no number and no other end, or to a
    /// hedge.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Pipeline, RetryBudget, RetryBudgetPolicy, RetryPolicy};
    /// use std::time::Duration;
    ///
    /// let policy = RetryPolicy::new().unlimited_attempts().base_delay(Duration::from_millis(1));
    /// let budget = RetryBudget::new("api", RetryBudgetPolicy::new().share(2.0).min_per_second(0));
    /// let pipeline: Pipeline<&str> = Pipeline::new().retry(policy).budget(budget).build().unwrap();
    /// let mut attempts = 0;
    /// let answer = pipeline.call(|| {
    ///     attempts += 1;
    ///     Err::<(), _>("no route")
    /// });
    /// assert!(answer.is_err());
    /// assert_eq!(attempts, 3, "the call earns two tokens");
    /// ```
    pub fn budget(mut self, budget: impl IntoLayer<Shared<RetryBudget>>) -> Self {
        let budget = budget.into_layer();
        let of_last = match self.last_added() {
            Some(Layer::Retry(layer)) => Some(&mut layer.budget),
            Some(Layer::Hedge(layer)) => Some(&mut layer.budget),
            _ => None,
        };
        let was_set = of_last.map(|of_last| budget.is_some_and(|budget| of_last.replace(budget).is_some()));
        self.note("budget", &["retry", "hedge"], was_set)
    }

    /// The permits that a call takes, from 1. Default: 1. Belongs to a rate limit.
    pub fn cost(self, permits: u32) -> Self {
        self.of_rate_limit("cost", |limit| limit.cost.replace(permits).is_some())
    }

    /// Errors by which the server says "too many": everybody who shares the rate limit stops. Belongs to a rate limit.
    pub fn paused_if(self, filter: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        self.filter("paused_if", "rate_limit", |filters| filters.error.replace(Arc::new(filter)).is_some())
    }

    /// Successes by which the server says so, such as a response with status 429. Belongs to a rate limit.
    pub fn paused_if_ok(self, filter: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.filter("paused_if_ok", "rate_limit", |filters| filters.value.replace(Arc::new(filter)).is_some())
    }

    /// For how long an error of [`paused_if`](Self::paused_if) stops everybody, up to the limit's
    /// [`max_retry_after`](crate::RateLimitPolicy::max_retry_after); without an answer for as long as its
    /// [`default_retry_after`](crate::RateLimitPolicy::default_retry_after) says. Belongs to a rate limit: for a retry see
    /// [`RetryPolicy::retry_after`](RetryPolicy#method.retry_after).
    pub fn retry_after(self, find: impl Fn(&E) -> Option<Duration> + Send + Sync + 'static) -> Self {
        self.of_rate_limit("retry_after", |limit| limit.retry_after.replace(Arc::new(find)).is_some())
    }

    /// The delay that a success asks for.
    ///
    /// Behind a retry: of a success that is retried, in place of the computed one, up to the policy's
    /// [`max_retry_after`](RetryPolicy::max_retry_after). Behind a rate limit: for how long a success of
    /// [`paused_if_ok`](Self::paused_if_ok) stops everybody, as [`retry_after`](Self::retry_after) says of errors.
    pub fn retry_after_ok(mut self, find: impl Fn(&T) -> Option<Duration> + Send + Sync + 'static) -> Self {
        let of_last = match self.last_added() {
            Some(Layer::Retry(layer)) => Some(&mut layer.retry_after_ok),
            Some(Layer::RateLimit(layer)) => Some(&mut layer.retry_after_ok),
            _ => None,
        };
        let was_set = of_last.map(|of_last| of_last.replace(Arc::new(find)).is_some());
        self.note("retry_after_ok", &["retry", "rate_limit"], was_set)
    }

    /// Of the operation's errors only these are failures; others count neither way. Belongs to a breaker or a
    /// throttle.
    pub fn failure_if(self, filter: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        self.failure("failure_if", |filters| filters.error.replace(Arc::new(filter)).is_some())
    }

    /// These successes are failures, too, such as a response with status 503. Belongs to a breaker or a throttle.
    pub fn failure_if_ok(self, filter: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.failure("failure_if_ok", |filters| filters.value.replace(Arc::new(filter)).is_some())
    }

    /// Of the operation's results exactly these are failures. Belongs to a breaker or a throttle, in place of the filters
    /// above.
    pub fn failure_if_result(self, filter: impl Fn(&Result<T, E>) -> bool + Send + Sync + 'static) -> Self {
        self.failure("failure_if_result", |filters| filters.result.replace(Arc::new(filter)).is_some())
    }

    /// These errors of the operation are signs of overload, beside [`Error::TimedOut`](crate::Error::TimedOut). Belongs to a
    /// bulkhead whose limit [adapts itself](crate::BulkheadPolicy::adaptive).
    pub fn overload_if(self, filter: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        self.overload("overload_if", |filters| filters.error.replace(Arc::new(filter)).is_some())
    }

    /// These successes are, too, such as a response with status 503. Belongs to a bulkhead as above.
    pub fn overload_if_ok(self, filter: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.overload("overload_if_ok", |filters| filters.value.replace(Arc::new(filter)).is_some())
    }

    /// Of the operation's results exactly these are. Belongs to a bulkhead as above, in place of the two filters there.
    pub fn overload_if_result(self, filter: impl Fn(&Result<T, E>) -> bool + Send + Sync + 'static) -> Self {
        self.overload("overload_if_result", |filters| filters.result.replace(Arc::new(filter)).is_some())
    }

    /// Of the operation's errors only these are answered; others are returned. Refusals are answered in any case.
    /// Belongs to a fallback.
    pub fn fallback_if(self, filter: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        self.filter("fallback_if", "fallback", |filters| filters.error.replace(Arc::new(filter)).is_some())
    }

    /// These successes are answered, too. The answer that is tried first takes an outcome, as
    /// [`Fallback::call_outcome`] does, or is a value. Belongs to a fallback.
    pub fn fallback_if_ok(self, filter: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.filter("fallback_if_ok", "fallback", |filters| filters.value.replace(Arc::new(filter)).is_some())
    }

    /// Of the operation's results exactly these are answered, by an answer as for
    /// [`fallback_if_ok`](Self::fallback_if_ok). Belongs to a fallback, in place of the filters above.
    pub fn fallback_if_result(self, filter: impl Fn(&Result<T, E>) -> bool + Send + Sync + 'static) -> Self {
        self.filter("fallback_if_result", "fallback", |filters| filters.result.replace(Arc::new(filter)).is_some())
    }

    /// Of the refusals exactly these are answered. Belongs to a fallback.
    pub fn fallback_refused(mut self, kinds: impl IntoIterator<Item = ErrorKind>) -> Self {
        let set = match self.last_added() {
            Some(Layer::Fallback(layer)) => Some(layer.refused.replace(kinds.into_iter().collect()).is_some()),
            _ => None,
        };
        self.note("fallback_refused", &["fallback"], set)
    }

    /// Called before each delay, in place of the policy's observer. Belongs to a retry.
    pub fn on_retry(self, observer: impl Fn(&RetryEvent<'_, E>) + Send + Sync + 'static) -> Self {
        self.of_retry("on_retry", |retry| retry.on_retry.replace(Arc::new(observer)).is_some())
    }

    /// Called once when no further attempt is made, in place of the policy's observer. Belongs to a retry.
    pub fn on_give_up(self, observer: impl Fn(&GiveUpEvent<'_, E>) + Send + Sync + 'static) -> Self {
        self.of_retry("on_give_up", |retry| retry.on_give_up.replace(Arc::new(observer)).is_some())
    }

    /// The pipeline.
    ///
    /// # Errors
    ///
    /// Everything that cannot be meant: an invalid policy, a contradiction between layers, a filter that belongs to no
    /// layer.
    pub fn build(self) -> Result<Pipeline<E, T>, PipelineError> {
        let stack = Stack::new(self.name, self.layers);
        let mut problems = self.problems;
        problems.extend(contradictions::find(&stack));
        if problems.is_empty() {
            Ok(Pipeline::of(stack))
        } else {
            Err(PipelineError::new(stack.name.as_str().to_owned(), problems))
        }
    }

    fn add(mut self, kind: &'static str, layer: Option<Layer<E, T>>) -> Self {
        self.left_out = layer.is_none().then_some(kind);
        self.layers.extend(layer);
        self
    }

    /// The layer that was added last; `None` also if that one was left out, whose settings are no other layer's.
    fn last_added(&mut self) -> Option<&mut Layer<E, T>> {
        if self.left_out.is_some() { None } else { self.layers.last_mut() }
    }

    /// Sets what only a retry has, of the last layer. `set` returns whether there was one before.
    fn of_retry(mut self, setting: &str, set: impl FnOnce(&mut RetryLayer<E, T>) -> bool) -> Self {
        let set = match self.last_added() {
            Some(Layer::Retry(layer)) => Some(set(layer)),
            _ => None,
        };
        self.note(setting, &["retry"], set)
    }

    /// The same of what only a hedge has.
    fn of_hedge(mut self, setting: &str, set: impl FnOnce(&mut HedgeLayer<E>) -> bool) -> Self {
        let set = match self.last_added() {
            Some(Layer::Hedge(layer)) => Some(set(layer)),
            _ => None,
        };
        self.note(setting, &["hedge"], set)
    }

    /// The same of what only a rate limit has.
    fn of_rate_limit(mut self, setting: &str, set: impl FnOnce(&mut RateLayer<E, T>) -> bool) -> Self {
        let set = match self.last_added() {
            Some(Layer::RateLimit(layer)) => Some(set(layer)),
            _ => None,
        };
        self.note(setting, &["rate_limit"], set)
    }

    /// Sets which outcomes are failures. `set` returns whether there was a filter before.
    fn failure(mut self, setting: &str, set: impl FnOnce(&mut Filters<E, T>) -> bool) -> Self {
        let filters = match self.last_added() {
            Some(Layer::Breaker(layer)) => Some(&mut layer.filters),
            Some(Layer::Throttle(layer)) => Some(&mut layer.filters),
            _ => None,
        };
        let set = filters.map(set);
        self.note(setting, &["circuit_breaker", "adaptive_throttle"], set)
    }

    /// Sets which outcomes are signs of overload.
    fn overload(mut self, setting: &str, set: impl FnOnce(&mut Filters<E, T>) -> bool) -> Self {
        let set = match self.last_added() {
            Some(Layer::Adapts(layer)) => Some(set(&mut layer.filters)),
            _ => None,
        };
        if set.is_none() && matches!(self.last_added(), Some(Layer::Bulkhead(_))) {
            self.problems.push(format!(
                "`{setting}` acts only with a limit that adapts itself: write `max_concurrent = adaptive(max = 200)`, or \
                 remove it"
            ));
            return self;
        }
        self.note(setting, &["bulkhead"], set)
    }

    /// Sets a filter of the last layer. `set` returns whether there was one before.
    fn filter(mut self, setting: &str, kind: &str, set: impl FnOnce(&mut Filters<E, T>) -> bool) -> Self {
        let filters = match self.last_added() {
            Some(Layer::Retry(layer)) if kind == "retry" => Some(&mut layer.filters),
            Some(Layer::RateLimit(layer)) if kind == "rate_limit" => Some(&mut layer.filters),
            Some(Layer::Fallback(layer)) if kind == "fallback" => Some(&mut layer.filters),
            _ => None,
        };
        let set = filters.map(set);
        self.note(setting, &[kind], set)
    }

    /// Notes what is wrong with a setting of these kinds of layer: that it was set before, or belongs to another layer.
    fn note(mut self, setting: &str, kinds: &[&str], was_set: Option<bool>) -> Self {
        match was_set {
            Some(false) => {}
            Some(true) => self.problems.push(given_twice(setting)),
            None if self.left_out.is_some_and(|kind| kinds.contains(&kind)) => {}
            None => {
                let last = self.left_out.or_else(|| self.layers.last().map(Layer::kind));
                self.problems.push(misplaced(setting, kinds, last));
            }
        }
        self
    }
}

fn given_twice(setting: &str) -> String {
    format!("`{setting}` is given twice: keep one")
}

fn misplaced(setting: &str, kinds: &[&str], last: Option<&str>) -> String {
    let kinds = kinds.join("` or a `");
    let found =
        last.map_or("it stands before every layer".to_owned(), |last| format!("the layer before it is a `{last}`"));
    format!("`{setting}` belongs to a `{kinds}`, and {found}: move it behind that")
}
