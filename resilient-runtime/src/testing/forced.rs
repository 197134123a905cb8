//! States that a test forces, until a guard drops.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::bulkhead::bulkhead::{Bulkhead, Slot};
use crate::bulkhead::owned_slot::OwnedSlot;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::core::error::Error;
use crate::core::scope;
use crate::registry::events::UnknownSubject;
use crate::registry::found::{all_names, find_lasting};
use crate::registry::functions::{Function, LayerKind, functions};
use crate::registry::registry;
use crate::testing::scope::Scope;
use crate::testing::script::Scripts;
use crate::thread_bulkhead::filled::Filled;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;

/// Something that a test forces, until this is dropped. From [`Scope::force_open`], [`Scope::fill`],
/// those of one key, and [`Scope::time_out`].
#[must_use = "nothing is forced once this is dropped"]
pub struct Forced(#[expect(dead_code, reason = "only its drop counts")] pub(super) Kind);

#[expect(dead_code, reason = "only their drops count")]
pub(super) enum Kind {
    Open(Open<&'static CircuitBreaker>),
    Full(Vec<Slot<'static>>),
    FullThreads(Filled),
    /// The breaker of a key. It protects while it is forced, so that its key is not forgotten.
    OpenKey(Open<Arc<CircuitBreaker>>),
    /// The slots of the bulkhead of a key.
    FullKey(Vec<OwnedSlot>),
    TimedOut(TimedOut),
}

pub(super) struct Open<B: Deref<Target = CircuitBreaker>>(B);

impl<B: Deref<Target = CircuitBreaker>> Open<B> {
    pub(super) fn force(breaker: B) -> Self {
        breaker.force_open();
        Self(breaker)
    }
}

impl<B: Deref<Target = CircuitBreaker>> Drop for Open<B> {
    fn drop(&mut self) {
        self.0.reset();
    }
}

pub(super) struct TimedOut {
    scope: Arc<scope::Scope>,
    function: String,
}

impl Drop for TimedOut {
    fn drop(&mut self) {
        Scripts::of(&self.scope).end_time_out(&self.function);
    }
}

impl fmt::Debug for Forced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forced").finish_non_exhaustive()
    }
}

/// All free slots of a bulkhead, each taken by `take`.
pub(super) fn all_slots<S>(bulkhead: &Bulkhead, take: impl Fn() -> Result<S, Error>) -> Vec<S> {
    let mut slots = Vec::new();
    while bulkhead.available() > 0 {
        slots.extend(take().ok());
    }
    slots
}

/// The breaker of this name in the current scope.
#[track_caller]
pub(super) fn breaker(name: &str) -> &'static CircuitBreaker {
    named(name, "circuit breaker").unwrap_or_else(|| unknown_breaker(name))
}

/// The state of this name in the current scope, if there is one.
#[track_caller]
fn named<T: registry::Kind + Send>(name: &str, kind: &str) -> Option<&'static T> {
    find_lasting(name, kind).unwrap_or_else(|several| panic!("{several}"))
}

#[track_caller]
pub(super) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> ! {
    panic!("{}", UnknownSubject::new(what, name, known))
}

/// The names of breakers of the program, and of those that were made in the current scope.
pub(super) fn breaker_names() -> Vec<String> {
    all_names::<CircuitBreaker>()
}

/// The program has no such breaker.
#[track_caller]
pub(super) fn unknown_breaker(name: &str) -> ! {
    unknown("no circuit breaker is", name, breaker_names().iter().map(String::as_str))
}

impl Scope {
    /// Opens a breaker by hand: it refuses calls until the guard is dropped, which [resets](CircuitBreaker::reset) it.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, registry};
    ///
    /// let scope = resilient::testing::scope();
    /// let users = registry().circuit_breaker_or_insert("users", BreakerPolicy::new());
    /// let forced = scope.force_open("users");
    /// assert!(!users.is_call_permitted());
    /// drop(forced);
    /// assert!(users.is_call_permitted());
    /// ```
    ///
    /// # Panics
    ///
    /// If no breaker has that name; the message has the one that was probably meant. That of one key is forced by
    /// [`force_open_key`](Self::force_open_key).
    #[track_caller]
    pub fn force_open(&self, name: &str) -> Forced {
        let _entered = self.enter();
        Forced(Kind::Open(Open::force(breaker(name))))
    }

    /// Takes all free slots of a bulkhead, or all free threads of one that has threads, until the guard is dropped. One
    /// without a name has the path of its function. Calls
    /// that wait for a place wait as ever: sync ones by the scope's clock, which takes no time.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BulkheadPolicy, registry};
    ///
    /// let scope = resilient::testing::scope();
    /// let db = registry().bulkhead_or_insert("db", BulkheadPolicy::new(8));
    /// let full = scope.fill("db");
    /// assert!(db.call(|| Ok::<_, ()>(())).is_err());
    /// drop(full);
    /// assert!(db.call(|| Ok::<_, ()>(())).is_ok());
    /// ```
    ///
    /// # Panics
    ///
    /// If no bulkhead has that name; the message has the one that was probably meant. That of one key is filled by
    /// [`fill_key`](Self::fill_key).
    #[track_caller]
    pub fn fill(&self, name: &str) -> Forced {
        let _entered = self.enter();
        if let Some(bulkhead) = named::<Bulkhead>(name, "bulkhead") {
            return Forced(Kind::Full(all_slots(bulkhead, || bulkhead.try_acquire())));
        }
        if let Some(bulkhead) = named::<ThreadBulkhead>(name, "bulkhead") {
            return Forced(Kind::FullThreads(bulkhead.fill()));
        }
        let names = [all_names::<Bulkhead>(), all_names::<ThreadBulkhead>()].concat();
        unknown("no bulkhead is", name, names.iter().map(String::as_str))
    }

    /// Each attempt of this function times out, until the guard is dropped: its body does not run, and no time passes.
    ///
    /// ```no_run
    /// # use resilient_runtime as resilient;
    /// let scope = resilient::testing::scope();
    /// let _hangs = scope.time_out("app::client::user");
    /// ```
    ///
    /// # Panics
    ///
    /// If the program has no annotated function of that path (the message has the one that was probably meant), or if it
    /// has no `#[timeout]`.
    #[track_caller]
    pub fn time_out(&self, function: &str) -> Forced {
        let Some(known) = functions().find(|known| known.path() == function) else { unknown_function(function) };
        let has_timeout = known.layers().iter().any(|layer| layer.kind() == LayerKind::Timeout);
        assert!(has_timeout, "`{function}` has no `#[timeout]`, so it cannot time out");
        Scripts::of(self.inner()).time_out(function);
        Forced(Kind::TimedOut(TimedOut { scope: Arc::clone(self.inner()), function: function.to_owned() }))
    }
}

/// The program has no such function.
#[track_caller]
pub(super) fn unknown_function(path: &str) -> ! {
    unknown("no annotated function is", path, functions().map(Function::path))
}
