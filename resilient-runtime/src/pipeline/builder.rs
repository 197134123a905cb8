//! The layers of a pipeline, collected in reading order.

mod settings;

use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::bulkhead::bulkhead::Bulkhead;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::core::error::Failure;
use crate::core::name::Name;
use crate::hedge::hedge::Hedge;
use crate::pipeline::contradictions;
use crate::pipeline::error::PipelineError;
use crate::pipeline::fallback::Fallback;
use crate::pipeline::hedge_layer::HedgeLayer;
use crate::pipeline::into_layer::{IntoLayer, Shared};
use crate::pipeline::layer::{FallbackLayer, GateLayer, Layer, Stack, TimeoutLayer, UNNAMED};
use crate::pipeline::pipeline::Pipeline;
use crate::pipeline::rate_layer::RateLayer;
use crate::pipeline::retry_layer::RetryLayer;
use crate::pipeline::thread_pipeline::ThreadPipeline;
use crate::rate_limit::limiter::RateLimiter;
use crate::retry::policy::RetryPolicy;
use crate::thread_bulkhead::absent::helpers;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;
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
    /// [`RetryEvent`](crate::RetryEvent). Default: `pipeline`.
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
    /// let pipeline: Pipeline<&str> =
    ///     Pipeline::new().adaptive_throttle(throttle).build().unwrap();
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

    /// The pipeline.
    ///
    /// # Errors
    ///
    /// Everything that cannot be meant: an invalid policy, a contradiction between layers, a filter that belongs to no
    /// layer.
    pub fn build(self) -> Result<Pipeline<E, T>, PipelineError> {
        self.checked(None).map(Pipeline::of)
    }

    /// A pipeline with a bulkhead of threads as its innermost layer, as `#[bulkhead(threads = …)]` is the lowest attribute:
    /// each body runs on one of these threads. Without a bulkhead, `None`, it runs on a helper thread.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Pipeline, RetryPolicy};
    /// use resilient::{ThreadBulkhead, ThreadBulkheadPolicy, ThreadPipeline};
    /// use std::thread;
    ///
    /// let images = ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4));
    /// let pipeline: ThreadPipeline<&str> =
    ///     Pipeline::new().retry(RetryPolicy::new()).build_on(images).unwrap();
    /// let name = pipeline.run(|| Ok(thread::current().name().map(str::to_owned)));
    /// assert_eq!(name.await.unwrap().as_deref(), Some("images"));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn build_on(
        self,
        bulkhead: impl IntoLayer<Shared<ThreadBulkhead>>,
    ) -> Result<ThreadPipeline<E, T>, PipelineError> {
        let bulkhead = bulkhead.into_layer().unwrap_or_else(|| Shared::Static(helpers()));
        self.checked(Some(&*bulkhead)).map(|stack| ThreadPipeline::of(stack, bulkhead))
    }

    /// The layers above threads, if there are some.
    fn checked(self, threads: Option<&ThreadBulkhead>) -> Result<Stack<E, T>, PipelineError> {
        #[cfg(feature = "metrics")]
        crate::registry::metrics::publish::begin();
        let stack = Stack::new(self.name, self.layers);
        let mut problems = self.problems;
        problems.extend(contradictions::find(&stack, threads));
        if problems.is_empty() { Ok(stack) } else { Err(PipelineError::new(stack.name.as_str().to_owned(), problems)) }
    }

    fn add(mut self, kind: &'static str, layer: Option<Layer<E, T>>) -> Self {
        self.left_out = layer.is_none().then_some(kind);
        self.layers.extend(layer);
        self
    }
}
