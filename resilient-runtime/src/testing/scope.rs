//! Scopes.

use std::fmt;
use std::sync::{Arc, Mutex};

use crate::core::scope::clock::ScopeClock;
use crate::core::scope::{self, Active, activate_here, enter, lock};
use crate::event::listener::Filter;
use crate::event::listeners::Subscription;
use crate::event::stream::EventRecord;
use crate::registry::functions::functions;
use crate::testing::clock::Clock;
use crate::testing::forced::unknown_function;
use crate::testing::script::{Outcome, Scripts};

/// The scope of a test. From [`scope`].
#[must_use = "the scope ends when this is dropped"]
pub struct Scope {
    // Ends first.
    _active: Active,
    inner: Arc<scope::Scope>,
    recorded: Arc<Mutex<Vec<EventRecord>>>,
    _recording: Subscription,
}

/// Begins a scope, which lasts until the result is dropped.
///
/// It belongs to the tokio runtime in which it is made: its workers, spawned tasks and `spawn_blocking`. Without a
/// runtime it belongs to the thread. In both cases it also holds on the library's own threads that act for a call in it.
/// [`enter`](Scope::enter) takes it elsewhere. Where several scopes are current, the one that was made or entered last
/// counts.
///
/// In a scope,
///
/// - breakers, bulkheads and all other state that has a name or belongs to a function are those of the scope, also behind
///   handles and in [`registry`](crate::registry()), new at its begin. They live until the process ends. A `&'static`
///   that was taken outside stays what it was, and values are not affected;
/// - time is that of [`Scope::clock`];
/// - random numbers are those of [`Scope::seed`];
/// - events go to those who began to listen in it.
///
/// A call that is in flight when its scope ends goes on with the state that it has, and by the clock of the process.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{BreakerPolicy, registry};
///
/// let outside = registry().circuit_breaker_or_insert("payments", BreakerPolicy::new());
/// let scope = resilient::testing::scope();
/// let inside = registry().circuit_breaker_or_insert("payments", BreakerPolicy::new());
/// inside.force_open();
/// assert!(!outside.state().is_open());
///
/// drop(scope);
/// assert!(std::ptr::eq(outside, registry().circuit_breaker("payments").unwrap()));
/// ```
pub fn scope() -> Scope {
    let inner = Arc::new(scope::Scope::new(ScopeClock::here()));
    let active = activate_here(&inner);
    let recorded: Arc<Mutex<Vec<EventRecord>>> = Arc::default();
    let records = Arc::clone(&recorded);
    let recording = Subscription::begin(Filter::ALL, move |event| lock(&records).push(EventRecord::of(event)));
    Scope { _active: active, inner, recorded, _recording: recording }
}

impl Scope {
    /// Random numbers, such as those of jitter, are drawn from this seed, as by
    /// [`RetryPolicy::schedule`](crate::RetryPolicy::schedule): the first call that retries has the delays that its
    /// policy has for the seed, and the next one goes on from there. The default is 0.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(4);
    ///
    /// let scope = resilient::testing::scope().seed(7);
    /// let _ = POLICY.call(|| Err::<(), _>("down"));
    /// assert_eq!(scope.clock().elapsed(), POLICY.schedule(7).sum::<Duration>());
    /// ```
    pub fn seed(self, seed: u64) -> Self {
        self.inner.seed(seed);
        self
    }

    /// Retries do not wait. Their delays are computed and reported as ever, and no time passes by any clock.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// let scope = resilient::testing::scope().no_delays();
    /// let mut attempts = 0;
    /// let _ = RetryPolicy::new().call(|| {
    ///     attempts += 1;
    ///     Err::<(), _>("down")
    /// });
    /// assert_eq!((attempts, scope.clock().elapsed()), (3, Duration::ZERO));
    /// ```
    pub fn no_delays(self) -> Self {
        self.inner.change(|overrides| overrides.no_delays = true);
        self
    }

    /// Each retry makes this many attempts, whatever its `max_attempts` and `max_elapsed`, as long as each fails in a way
    /// that it retries. Zero is 1. Without a limit of attempts in the policy, they end here, too. Budgets and deadlines
    /// act as ever.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    ///
    /// let _scope = resilient::testing::scope().attempts(2);
    /// let mut attempts = 0;
    /// let _ = RetryPolicy::new().max_attempts(10).call(|| {
    ///     attempts += 1;
    ///     Err::<(), _>("down")
    /// });
    /// assert_eq!(attempts, 2);
    /// ```
    pub fn attempts(self, attempts: u32) -> Self {
        self.inner.change(|overrides| overrides.attempts = Some(attempts.max(1)));
        self
    }

    /// Calls make one attempt: no retry and no hedge acts. As [`attempts(1)`](Self::attempts).
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    ///
    /// let _scope = resilient::testing::scope().inactive();
    /// let mut attempts = 0;
    /// let _ = RetryPolicy::new().call(|| {
    ///     attempts += 1;
    ///     Err::<(), _>("down")
    /// });
    /// assert_eq!(attempts, 1);
    /// ```
    pub fn inactive(self) -> Self {
        self.attempts(1)
    }

    /// What happened in the scope so far, in order.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, registry};
    ///
    /// let scope = resilient::testing::scope();
    /// registry().circuit_breaker_or_insert("users", BreakerPolicy::new()).force_open();
    /// let events = scope.events();
    /// assert_eq!(
    ///     events[0].to_string(),
    ///     "circuit breaker `users`: Closed -> ForcedOpen by by_hand"
    /// );
    /// ```
    pub fn events(&self) -> Vec<EventRecord> {
        lock(&self.recorded).clone()
    }

    /// The next runs of a function's body do this instead, in order; after that it runs as ever. A second script of the
    /// same function follows the first. The path is that of [`functions`](crate::inspect::functions), with the module.
    ///
    /// [`pass`](crate::testing::pass) lets the body run, [`ok`](crate::testing::ok) and [`err`](crate::testing::err) give
    /// its result, and [`refuse`](crate::testing::refuse) refuses the call where the body stands.
    ///
    /// `ok` and `err` need a result type that borrows nothing and depends on no type parameter, and that shows it: no
    /// reference or lifetime, no `impl` or `Self`, and no name of two letters or all in capitals, which may be a
    /// parameter of the `impl` around the function. `refuse` needs an attribute that refuses, with no fallback below it.
    ///
    /// ```no_run
    /// # use resilient_runtime as resilient;
    /// use resilient::ErrorKind::TimedOut;
    /// use resilient::testing::{err, ok, pass, refuse};
    /// use std::io;
    ///
    /// let scope = resilient::testing::scope();
    /// scope.script(
    ///     "app::client::user",
    ///     [err(io::Error::other("reset")), refuse(TimedOut), ok(7_u64), pass()],
    /// );
    /// ```
    ///
    /// # Panics
    ///
    /// If the program has no annotated function of that path; the message has the one that was probably meant. The
    /// function itself panics when it is called, if an `ok` or `err` is not of its own type (the message has both types),
    /// or if the outcome is none for it.
    #[track_caller]
    pub fn script(&self, function: &str, outcomes: impl IntoIterator<Item = Outcome>) {
        if functions().all(|known| known.path() != function) {
            unknown_function(function);
        }
        Scripts::of(&self.inner).add(function, outcomes);
    }

    pub(super) const fn inner(&self) -> &Arc<scope::Scope> {
        &self.inner
    }

    /// The clock of this scope.
    pub fn clock(&self) -> Clock {
        Clock { scope: Arc::clone(&self.inner) }
    }

    /// Makes the scope current on this thread until the result is dropped: for threads that the test starts itself.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, registry};
    ///
    /// let scope = resilient::testing::scope();
    /// std::thread::scope(|threads| {
    ///     threads.spawn(|| {
    ///         let _entered = scope.enter();
    ///         registry().circuit_breaker_or_insert("search", BreakerPolicy::new()).force_open();
    ///     });
    /// });
    /// assert!(registry().circuit_breaker("search").unwrap().state().is_open());
    /// ```
    pub fn enter(&self) -> Entered {
        Entered { _active: enter(&self.inner), _of_thread: std::marker::PhantomData }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("clock", &self.clock()).finish_non_exhaustive()
    }
}

/// A scope is current on a thread. From [`Scope::enter`].
#[must_use = "the scope is left when this is dropped"]
pub struct Entered {
    _active: Active,
    /// It cannot be sent to another thread.
    _of_thread: std::marker::PhantomData<*const ()>,
}

impl fmt::Debug for Entered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entered").finish_non_exhaustive()
    }
}
