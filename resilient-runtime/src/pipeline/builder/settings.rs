//! Filters, observers and other settings of the layer that was added last.

use std::sync::Arc;
use std::time::Duration;

use resilient_rules::bulkhead::without_adaptive_limit;
use resilient_rules::values::given_twice;

use crate::core::error::ErrorKind;
use crate::hedge::event::HedgeEvent;
use crate::pipeline::builder::PipelineBuilder;
use crate::pipeline::filters::Filters;
use crate::pipeline::hedge_layer::HedgeLayer;
use crate::pipeline::into_layer::{IntoLayer, Shared};
use crate::pipeline::layer::Layer;
use crate::pipeline::rate_layer::RateLayer;
use crate::pipeline::retry_layer::RetryLayer;
use crate::retry::events::{GiveUpEvent, RetryEvent};
use crate::retry_budget::budget::RetryBudget;

impl<E, T> PipelineBuilder<E, T> {
    /// After these errors of the operation the next attempt starts at once; any other ends the call. Belongs to a hedge.
    pub fn hedge_if(self, filter: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        self.of_hedge("hedge_if", |hedge| hedge.worth_it.replace(Arc::new(filter)).is_some())
    }

    /// Called before each attempt beside the first. Belongs to a hedge.
    pub fn on_hedge(self, observer: impl Fn(&HedgeEvent<'_>) + Send + Sync + 'static) -> Self {
        self.of_hedge("on_hedge", |hedge| hedge.on_hedge.replace(Arc::new(observer)).is_some())
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
    /// let budget =
    ///     RetryBudget::new("api", RetryBudgetPolicy::new().share(2.0).min_per_second(0));
    /// let pipeline: Pipeline<&str> =
    ///     Pipeline::new().retry(policy).budget(budget).build().unwrap();
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
    /// [`RetryPolicy::retry_after`](crate::RetryPolicy#method.retry_after).
    pub fn retry_after(self, find: impl Fn(&E) -> Option<Duration> + Send + Sync + 'static) -> Self {
        self.of_rate_limit("retry_after", |limit| limit.retry_after.replace(Arc::new(find)).is_some())
    }

    /// The delay that a success asks for.
    ///
    /// Behind a retry: of a success that is retried, in place of the computed one, up to the policy's
    /// [`max_retry_after`](crate::RetryPolicy::max_retry_after). Behind a rate limit: for how long a success of
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
    /// [`Fallback::call_outcome`](crate::pipeline::Fallback::call_outcome) does, or is a value. Belongs to a fallback.
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
            self.problems.push(without_adaptive_limit(setting));
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

fn misplaced(setting: &str, kinds: &[&str], last: Option<&str>) -> String {
    let kinds = kinds.join("` or a `");
    let found =
        last.map_or("it stands before every layer".to_owned(), |last| format!("the layer before it is a `{last}`"));
    format!("`{setting}` belongs to a `{kinds}`, and {found}: move it behind that")
}
