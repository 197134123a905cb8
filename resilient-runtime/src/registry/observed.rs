//! Values that a program wants to see, held weakly.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::bulkhead::bulkhead::Bulkhead;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::rate_limit::limiter::RateLimiter;
use crate::registry::functions::LayerKind;
use crate::registry::registry::Kind;
use crate::retry_budget::budget::RetryBudget;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;

/// A breaker, a throttle, a bulkhead, a rate limit or a retry budget that is a value and was put into view by `observed`,
/// such as
/// [`CircuitBreaker::observed`]. From [`observed()`].
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::inspect::observed;
/// use resilient::{Bulkhead, BulkheadPolicy};
/// use std::sync::Arc;
///
/// let pool =
///     Arc::new(Bulkhead::new("pool", BulkheadPolicy::new(8))).observed("pool of tenant 7");
/// let seen = observed().into_iter().find(|seen| seen.name() == "pool of tenant 7").unwrap();
/// assert_eq!(seen.bulkhead().unwrap().limit(), 8);
/// ```
#[derive(Clone, Debug)]
pub struct Observed {
    name: Arc<str>,
    kind: LayerKind,
    state: Arc<dyn Any + Send + Sync>,
}

impl Observed {
    /// The name that `observed` was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The attribute that uses it.
    pub const fn kind(&self) -> LayerKind {
        self.kind
    }

    /// The breaker, if it is one. While this is kept, the breaker lives.
    pub fn circuit_breaker(&self) -> Option<Arc<CircuitBreaker>> {
        self.state()
    }

    /// The adaptive throttle, if it is one. While this is kept, the throttle lives.
    pub fn adaptive_throttle(&self) -> Option<Arc<AdaptiveThrottle>> {
        self.state()
    }

    /// The bulkhead, if it is one. While this is kept, the bulkhead lives.
    pub fn bulkhead(&self) -> Option<Arc<Bulkhead>> {
        self.state()
    }

    /// The bulkhead with threads of its own, if it is one. While this is kept, the bulkhead lives.
    pub fn thread_bulkhead(&self) -> Option<Arc<ThreadBulkhead>> {
        self.state()
    }

    /// The rate limit, if it is one. While this is kept, the rate limit lives.
    pub fn rate_limiter(&self) -> Option<Arc<RateLimiter>> {
        self.state()
    }

    /// The retry budget, if it is one. While this is kept, the budget lives.
    pub fn retry_budget(&self) -> Option<Arc<RetryBudget>> {
        self.state()
    }

    /// The state, if it is of this kind.
    pub(crate) fn state<T: Kind + Send>(&self) -> Option<Arc<T>> {
        Arc::clone(&self.state).downcast().ok()
    }
}

/// The values that are observed and that somebody still holds, in the order in which they came into view.
///
/// Named state is not among them: [`Registry`](crate::Registry) lists it.
pub fn observed() -> Vec<Observed> {
    list().entries.iter().filter_map(Entry::upgrade).collect()
}

impl CircuitBreaker {
    /// Puts the breaker into view: [`inspect::observed`](crate::inspect::observed) lists it by this name for as long as
    /// somebody else holds it. The name need not be that of its refusals, nor unique; a second call adds a second entry.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker};
    /// use std::sync::Arc;
    ///
    /// let breaker = Arc::new(CircuitBreaker::new("api", BreakerPolicy::new()))
    ///     .observed("api of tenant 7");
    /// assert!(
    ///     resilient::inspect::observed().iter().any(|seen| seen.name() == "api of tenant 7")
    /// );
    /// drop(breaker);
    /// assert!(
    ///     !resilient::inspect::observed().iter().any(|seen| seen.name() == "api of tenant 7")
    /// );
    /// ```
    pub fn observed(self: Arc<Self>, name: &str) -> Arc<Self> {
        observe(&self, name);
        self
    }
}

impl AdaptiveThrottle {
    /// Puts the throttle into view, as [`CircuitBreaker::observed`] does for a breaker.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{AdaptiveThrottle, AdaptiveThrottlePolicy};
    /// use std::sync::Arc;
    ///
    /// let throttle = Arc::new(AdaptiveThrottle::new("api", AdaptiveThrottlePolicy::new()))
    ///     .observed("api of tenant 10");
    /// let seen = resilient::inspect::observed()
    ///     .into_iter()
    ///     .find(|seen| seen.name() == "api of tenant 10")
    ///     .unwrap();
    /// assert_eq!(seen.adaptive_throttle().unwrap().share(), 0.0);
    /// # drop(throttle);
    /// ```
    pub fn observed(self: Arc<Self>, name: &str) -> Arc<Self> {
        observe(&self, name);
        self
    }
}

impl Bulkhead {
    /// Puts the bulkhead into view, as [`CircuitBreaker::observed`] does for a breaker.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy};
    /// use std::sync::Arc;
    ///
    /// let pool =
    ///     Arc::new(Bulkhead::new("pool", BulkheadPolicy::new(8))).observed("pool of tenant 8");
    /// assert!(
    ///     resilient::inspect::observed().iter().any(|seen| seen.name() == "pool of tenant 8")
    /// );
    /// # drop(pool);
    /// ```
    pub fn observed(self: Arc<Self>, name: &str) -> Arc<Self> {
        observe(&self, name);
        self
    }
}

impl ThreadBulkhead {
    /// Puts the bulkhead into view, as [`CircuitBreaker::observed`] does for a breaker.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{ThreadBulkhead, ThreadBulkheadPolicy};
    /// use std::sync::Arc;
    ///
    /// let images = Arc::new(ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4)))
    ///     .observed("images of tenant 7");
    /// let seen = resilient::inspect::observed()
    ///     .into_iter()
    ///     .find(|seen| seen.name() == "images of tenant 7")
    ///     .unwrap();
    /// assert_eq!(seen.thread_bulkhead().unwrap().busy(), 0);
    /// # drop(images);
    /// ```
    pub fn observed(self: Arc<Self>, name: &str) -> Arc<Self> {
        observe(&self, name);
        self
    }
}

impl RateLimiter {
    /// Puts the rate limit into view, as [`CircuitBreaker::observed`] does for a breaker.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RateLimitPolicy, RateLimiter};
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// let policy = RateLimitPolicy::new(80, Duration::from_secs(60));
    /// let limit = Arc::new(RateLimiter::new("api", policy)).observed("api of tenant 9");
    /// let seen = resilient::inspect::observed()
    ///     .into_iter()
    ///     .find(|seen| seen.name() == "api of tenant 9")
    ///     .unwrap();
    /// assert_eq!(seen.rate_limiter().unwrap().available(), Some(80));
    /// # drop(limit);
    /// ```
    pub fn observed(self: Arc<Self>, name: &str) -> Arc<Self> {
        observe(&self, name);
        self
    }
}

impl RetryBudget {
    /// Puts the budget into view, as [`CircuitBreaker::observed`] does for a breaker.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RetryBudget, RetryBudgetPolicy};
    /// use std::sync::Arc;
    ///
    /// let budget = Arc::new(RetryBudget::new("api", RetryBudgetPolicy::new()))
    ///     .observed("api of tenant 10");
    /// let seen = resilient::inspect::observed()
    ///     .into_iter()
    ///     .find(|seen| seen.name() == "api of tenant 10")
    ///     .unwrap();
    /// assert_eq!(seen.retry_budget().unwrap().available(), 10);
    /// # drop(budget);
    /// ```
    pub fn observed(self: Arc<Self>, name: &str) -> Arc<Self> {
        observe(&self, name);
        self
    }
}

struct Entry {
    name: Arc<str>,
    kind: LayerKind,
    state: Weak<dyn Any + Send + Sync>,
}

impl Entry {
    fn upgrade(&self) -> Option<Observed> {
        Some(Observed { name: Arc::clone(&self.name), kind: self.kind, state: self.state.upgrade()? })
    }
}

struct List {
    entries: Vec<Entry>,
    /// As many entries as there may be before those are removed whose values are gone: twice as many as were left the
    /// last time, so that an entry costs the same however many there are.
    most: usize,
}

const FEWEST: usize = 16;

fn list() -> MutexGuard<'static, List> {
    static LIST: Mutex<List> = Mutex::new(List { entries: Vec::new(), most: FEWEST });
    LIST.lock().unwrap_or_else(PoisonError::into_inner)
}

fn observe<T: Kind + Send>(state: &Arc<T>, name: &str) {
    #[cfg(feature = "metrics")]
    crate::registry::metrics::publish::begin();
    let weak: Weak<T> = Arc::downgrade(state);
    list().add(Entry { name: name.into(), kind: T::LAYER, state: weak });
}

impl List {
    fn add(&mut self, entry: Entry) {
        if self.entries.len() >= self.most {
            self.entries.retain(|entry| entry.state.strong_count() > 0);
            self.most = (2 * self.entries.len()).max(FEWEST);
        }
        self.entries.push(entry);
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn entries_of_what_is_gone_do_not_pile_up() {
        let mut list = List { entries: Vec::new(), most: FEWEST };
        let kept: Vec<Arc<u32>> = (0..40).map(Arc::new).collect();
        let entry = |value: &Arc<u32>| {
            let state: Weak<u32> = Arc::downgrade(value);
            Entry { name: "value".into(), kind: LayerKind::Bulkhead, state }
        };
        for value in &kept {
            list.add(entry(value));
        }
        for value in 0..10_000 {
            list.add(entry(&Arc::new(value)));
        }
        assert!(list.entries.len() <= 2 * kept.len() + FEWEST, "{}", list.entries.len());
        assert_eq!(list.entries.iter().filter_map(Entry::upgrade).count(), kept.len());
    }
}
