//! The registry: all named state of the process.

use std::sync::LazyLock;
#[cfg(feature = "config")]
use std::sync::OnceLock;

use crate::adaptive_throttle::policy::AdaptiveThrottlePolicy;
use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::per_key::Bulkheads;
use crate::bulkhead::policy::BulkheadPolicy;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::per_key::CircuitBreakers;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::core::name::Name;
#[cfg(feature = "testing")]
use crate::core::scope;
use crate::core::shared_state::SharedState;
use crate::hedge::hedge::Hedge;
use crate::hedge::policy::HedgePolicy;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::per_key::RateLimiters;
use crate::rate_limit::policy::RateLimitPolicy;
use crate::registry::configurable::Configurable;
#[cfg(feature = "config")]
use crate::registry::definitions::places;
use crate::registry::functions::LayerKind;
use crate::registry::named_map::{NamedMap, Requester};
#[cfg(feature = "config")]
use crate::registry::origin::Origin;
#[cfg(feature = "testing")]
use crate::registry::scoped;
use crate::registry::state_ref::StateRef;
use crate::retry_budget::budget::RetryBudget;
use crate::retry_budget::policy::RetryBudgetPolicy;
use crate::thread_bulkhead::policy::ThreadBulkheadPolicy;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;

/// A kind of shared state with a map in the registry.
pub trait Kind: SharedState + Configurable {
    /// The attribute that uses it.
    const LAYER: LayerKind;

    /// The state of this kind.
    fn map(registry: &Registry) -> &NamedMap<Self>;

    /// What it is called.
    fn called(&self) -> Name;

    /// Finds or makes the state of a reference. As what follows a function of each kind, and not a generic one, so that it
    /// is compiled here and not again in each crate that has such a reference.
    fn resolve(state_ref: &'static StateRef<Self>) -> &'static Self;

    /// State that lets all calls pass, for layers that a configuration switches off. The only one of this kind: it is made
    /// when it is first needed, and found without a lock from then on.
    #[cfg(feature = "config")]
    fn switched_off() -> &'static Self;

    /// Where the program gives the state of this name its settings.
    #[cfg(feature = "config")]
    fn settings_at(name: Name) -> Vec<Origin>;
}

/// Generates the registry and its visitor from one list of all kinds, each with the attribute that uses it.
macro_rules! registry {
    ($($field:ident: $kind:ident of $layer:ident),+ $(,)?) => {
        /// The named breakers, throttles, rate limits, bulkheads, hedges and retry budgets of the process. From [`registry()`].
        #[derive(Debug)]
        pub struct Registry {
            $(pub(super) $field: NamedMap<$kind>,)+
        }

        impl Registry {
            pub(super) fn new() -> Self {
                Self { $($field: NamedMap::new(),)+ }
            }

            /// Visits each kind.
            pub(super) fn visit(&self, visitor: &mut impl Visitor) {
                $(visitor.visit::<$kind>(self);)+
            }
        }

        $(
            impl Kind for $kind {
                const LAYER: LayerKind = LayerKind::$layer;

                fn map(registry: &Registry) -> &NamedMap<Self> {
                    &registry.$field
                }

                fn called(&self) -> Name {
                    self.name()
                }

                #[cold]
                #[inline(never)]
                fn resolve(state_ref: &'static StateRef<Self>) -> &'static Self {
                    resolve(state_ref)
                }

                #[cfg(feature = "config")]
                #[cold]
                #[inline(never)]
                fn switched_off() -> &'static Self {
                    static PASSING: OnceLock<&$kind> = OnceLock::new();
                    PASSING.get_or_init(|| Box::leak(Box::new(Self::passing(Name::new(&"switched off")))))
                }

                #[cfg(feature = "config")]
                fn settings_at(name: Name) -> Vec<Origin> {
                    places::<Self>(name)
                }
            }
        )+
    };
}

registry! {
    circuit_breakers: CircuitBreaker of CircuitBreaker,
    adaptive_throttles: AdaptiveThrottle of AdaptiveThrottle,
    rate_limiters: RateLimiter of RateLimit,
    bulkheads: Bulkhead of Bulkhead,
    hedges: Hedge of Hedge,
    thread_bulkheads: ThreadBulkhead of Bulkhead,
    retry_budgets: RetryBudget of RetryBudget,
    keyed_circuit_breakers: CircuitBreakers of CircuitBreaker,
    keyed_rate_limiters: RateLimiters of RateLimit,
    keyed_bulkheads: Bulkheads of Bulkhead,
}

/// Looks at each kind of shared state.
pub(super) trait Visitor {
    fn visit<T: Kind>(&mut self, registry: &Registry);
}

/// The registry of the process: all breakers, throttles, rate limits, bulkheads, hedges and retry budgets that have a name.
///
/// ```
/// use resilient_runtime::{BreakerPolicy, registry};
///
/// assert!(registry().circuit_breaker("unheard of").is_none());
/// let made = registry().circuit_breaker_or_insert("payments", BreakerPolicy::new());
/// assert!(std::ptr::eq(made, registry().circuit_breaker("payments").unwrap()));
/// ```
pub fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::new);
    #[cfg(feature = "testing")]
    if let Some(scope) = scope::current() {
        return scoped::registry(&scope);
    }
    &REGISTRY
}

impl Registry {
    /// The breaker of this name, if an attribute of the program gives the name or the breaker was made by hand; else
    /// `None`.
    ///
    /// If no call has made the breaker yet, it is made now, with the settings that the attributes of the program give
    /// it. Their first call then finds it. So an operator can [`force_open`](CircuitBreaker::force_open) it in advance.
    pub fn circuit_breaker(&self, name: &str) -> Option<&'static CircuitBreaker> {
        self.circuit_breakers.get(name)
    }

    /// The breaker of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// In debug builds if the breaker has other settings, or if attributes give the name other settings, even if they
    /// have not run yet. In release builds the conflict is written to standard error, once for each two places, and the
    /// settings of the first stay.
    #[track_caller]
    pub fn circuit_breaker_or_insert(&self, name: &str, policy: BreakerPolicy) -> &'static CircuitBreaker {
        self.circuit_breakers.resolve(Name::intern(name), Some(policy), &Requester::call("circuit_breaker_or_insert"))
    }

    /// All breakers, in no particular order: those that a call, a lookup or the program itself has made, and those
    /// whose settings attributes give, which are made now.
    ///
    /// A name without settings, or with contradictory ones, is listed only once its breaker has been made, because the
    /// program may still make it with other settings.
    ///
    /// Breakers that are values are not among them; [`observed`](crate::inspect::observed()) lists those that are put
    /// into view.
    pub fn circuit_breakers(&self) -> Vec<&'static CircuitBreaker> {
        self.circuit_breakers.all()
    }

    /// The state at this address, if it is of the registry, which keeps it as long as the program lives.
    pub(crate) fn shared_at<T: Kind>(&self, state: &T) -> Option<&'static T> {
        T::map(self).at(state)
    }

    /// The bulkhead of this name, if an attribute of the program gives the name or the bulkhead was made by hand; else
    /// `None`. If no call has made it yet, it is made now, as by [`circuit_breaker`](Self::circuit_breaker).
    pub fn bulkhead(&self, name: &str) -> Option<&'static Bulkhead> {
        self.bulkheads.get(name)
    }

    /// The bulkhead of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn bulkhead_or_insert(&self, name: &str, policy: BulkheadPolicy) -> &'static Bulkhead {
        self.bulkheads.resolve(Name::intern(name), Some(policy), &Requester::call("bulkhead_or_insert"))
    }

    /// All named bulkheads, by the rules of [`circuit_breakers`](Self::circuit_breakers).
    pub fn bulkheads(&self) -> Vec<&'static Bulkhead> {
        self.bulkheads.all()
    }

    /// The bulkhead of this name that has threads of its own, if an attribute of the program gives the name with
    /// `threads` or it was made by hand; else `None`. If no call has made it yet, it is made now, as by
    /// [`circuit_breaker`](Self::circuit_breaker).
    ///
    /// ```
    /// use resilient_runtime::{ThreadBulkheadPolicy, registry};
    ///
    /// assert!(registry().thread_bulkhead("unheard of").is_none());
    /// let made = registry().thread_bulkhead_or_insert("images", ThreadBulkheadPolicy::new(4));
    /// assert!(std::ptr::eq(made, registry().thread_bulkhead("images").unwrap()));
    /// ```
    pub fn thread_bulkhead(&self, name: &str) -> Option<&'static ThreadBulkhead> {
        self.thread_bulkheads.get(name)
    }

    /// The bulkhead of this name with threads of its own, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn thread_bulkhead_or_insert(&self, name: &str, policy: ThreadBulkheadPolicy) -> &'static ThreadBulkhead {
        let requester = Requester::call("thread_bulkhead_or_insert");
        self.thread_bulkheads.resolve(Name::intern(name), Some(policy), &requester)
    }

    /// All named bulkheads with threads of their own, by the rules of [`circuit_breakers`](Self::circuit_breakers).
    pub fn thread_bulkheads(&self) -> Vec<&'static ThreadBulkhead> {
        self.thread_bulkheads.all()
    }

    /// The adaptive throttle of this name, if an attribute of the program gives the name or the throttle was made by hand;
    /// else `None`. If no call has made it yet, it is made now, as by [`circuit_breaker`](Self::circuit_breaker).
    ///
    /// ```
    /// use resilient_runtime::{AdaptiveThrottlePolicy, registry};
    ///
    /// let made = registry()
    ///     .adaptive_throttle_or_insert("search", AdaptiveThrottlePolicy::new().ratio(1.5));
    /// assert!(std::ptr::eq(made, registry().adaptive_throttle("search").unwrap()));
    /// ```
    pub fn adaptive_throttle(&self, name: &str) -> Option<&'static AdaptiveThrottle> {
        self.adaptive_throttles.get(name)
    }

    /// The adaptive throttle of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn adaptive_throttle_or_insert(&self, name: &str, policy: AdaptiveThrottlePolicy) -> &'static AdaptiveThrottle {
        let requester = Requester::call("adaptive_throttle_or_insert");
        self.adaptive_throttles.resolve(Name::intern(name), Some(policy), &requester)
    }

    /// All named adaptive throttles, by the rules of [`circuit_breakers`](Self::circuit_breakers).
    pub fn adaptive_throttles(&self) -> Vec<&'static AdaptiveThrottle> {
        self.adaptive_throttles.all()
    }

    /// The rate limit of this name, if an attribute of the program gives the name or the limit was made by hand; else
    /// `None`. If no call has made it yet, it is made now, as by [`circuit_breaker`](Self::circuit_breaker). So an
    /// operator can [`hold`](RateLimiter::hold) everybody in advance.
    ///
    /// ```
    /// use resilient_runtime::{RateLimitPolicy, registry};
    /// use std::time::Duration;
    ///
    /// assert!(registry().rate_limiter("unheard of").is_none());
    /// let policy = RateLimitPolicy::new(80, Duration::from_secs(60));
    /// let made = registry().rate_limiter_or_insert("github", policy);
    /// assert!(std::ptr::eq(made, registry().rate_limiter("github").unwrap()));
    /// ```
    pub fn rate_limiter(&self, name: &str) -> Option<&'static RateLimiter> {
        self.rate_limiters.get(name)
    }

    /// The rate limit of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn rate_limiter_or_insert(&self, name: &str, policy: RateLimitPolicy) -> &'static RateLimiter {
        self.rate_limiters.resolve(Name::intern(name), Some(policy), &Requester::call("rate_limiter_or_insert"))
    }

    /// All named rate limits, by the rules of [`circuit_breakers`](Self::circuit_breakers).
    pub fn rate_limiters(&self) -> Vec<&'static RateLimiter> {
        self.rate_limiters.all()
    }

    /// The retry budget of this name, if an attribute of the program gives the name or the budget was made by hand; else
    /// `None`. If no call has made it yet, it is made now, as by [`circuit_breaker`](Self::circuit_breaker).
    ///
    /// ```
    /// use resilient_runtime::{RetryBudgetPolicy, registry};
    ///
    /// let made =
    ///     registry().retry_budget_or_insert("search", RetryBudgetPolicy::new().share(0.1));
    /// assert!(std::ptr::eq(made, registry().retry_budget("search").unwrap()));
    /// ```
    pub fn retry_budget(&self, name: &str) -> Option<&'static RetryBudget> {
        self.retry_budgets.get(name)
    }

    /// The retry budget of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn retry_budget_or_insert(&self, name: &str, policy: RetryBudgetPolicy) -> &'static RetryBudget {
        self.retry_budgets.resolve(Name::intern(name), Some(policy), &Requester::call("retry_budget_or_insert"))
    }

    /// All named retry budgets, by the rules of [`circuit_breakers`](Self::circuit_breakers).
    pub fn retry_budgets(&self) -> Vec<&'static RetryBudget> {
        self.retry_budgets.all()
    }

    /// The hedge of this name, if an attribute of the program gives the name or the hedge was made by hand; else `None`.
    /// If no call has made it yet, it is made now, as by [`circuit_breaker`](Self::circuit_breaker).
    pub fn hedge(&self, name: &str) -> Option<&'static Hedge> {
        self.hedges.get(name)
    }

    /// The hedge of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn hedge_or_insert(&self, name: &str, policy: HedgePolicy) -> &'static Hedge {
        self.hedges.resolve(Name::intern(name), Some(policy), &Requester::call("hedge_or_insert"))
    }

    /// All named hedges, by the rules of [`circuit_breakers`](Self::circuit_breakers).
    pub fn hedges(&self) -> Vec<&'static Hedge> {
        self.hedges.all()
    }
}

impl<T: Kind> StateRef<T> {
    /// The state; found or made at the first call, then one load.
    #[inline]
    pub fn get(&'static self) -> &'static T {
        #[cfg(feature = "testing")]
        if let Some(state) = self.in_scope() {
            return state;
        }
        #[cfg(feature = "config")]
        if self.is_off() {
            return T::switched_off();
        }
        self.resolved.get().copied().unwrap_or_else(|| T::resolve(self))
    }

    /// The state, also of a layer that is switched off; in the scope of a test that of the scope.
    pub(super) fn state(&'static self) -> &'static T {
        #[cfg(feature = "testing")]
        if let Some(state) = self.in_scope() {
            return state;
        }
        self.resolved.get().copied().unwrap_or_else(|| T::resolve(self))
    }

    /// The state, also of a layer that is switched off.
    #[cfg(feature = "config")]
    pub(super) fn real(&'static self) -> &'static T {
        self.resolved.get().copied().unwrap_or_else(|| T::resolve(self))
    }
}

/// Runs outside of `get_or_init`, because making the state could come back to this place, and other threads would
/// wait for a report of a conflict.
pub(super) fn resolve<T: Kind>(state_ref: &'static StateRef<T>) -> &'static T {
    if state_ref.is_own {
        let item = state_ref.make();
        T::map(registry()).keep(item);
        return item;
    }
    let item = T::map(registry()).resolve(state_ref.name, state_ref.policy, &Requester::StateRef(state_ref));
    state_ref.resolved.get_or_init(|| item)
}
