//! Everybody who listens, and the word that calls read first.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listener::{Filter, Listener};
#[cfg(feature = "tracing")]
use crate::event::log;

type List = Vec<Arc<Listener>>;

/// Those who listen in the process, or in the scope of a test.
struct Listeners {
    /// The kinds that anybody wants. Relaxed: a call that runs while somebody begins to listen may miss its events, and
    /// one that runs while nobody listens any more finds an empty list.
    wanted: AtomicU32,
    /// Whether a call has begun. Relaxed: who finds that it has not tries again under the lock.
    has_called: AtomicBool,
    list: LazyLock<ArcSwap<List>>,
    /// Held while the list changes.
    changing: Mutex<()>,
}

/// What is wanted until a call has begun. With metrics the first call begins their publication: that it is wanted leads it
/// to code that others do not pass.
const WANTED_AT_FIRST: Kinds = if cfg!(feature = "metrics") { Kinds::CALLS } else { Kinds::NONE };

static LISTENERS: Listeners = Listeners::new();

/// Those of the current scope, or of the process.
#[inline]
fn listeners() -> &'static Listeners {
    #[cfg(feature = "testing")]
    if let Some(scope) = crate::core::scope::current() {
        return scope.keep(0, || Box::leak(Box::new(Listeners::new())));
    }
    &LISTENERS
}

/// Whether somebody wants one of these kinds: one relaxed load, and with logs a second one.
#[inline]
pub(crate) fn is_wanted(kinds: Kinds) -> bool {
    #[cfg(feature = "tracing")]
    let is_logged = log::is_written(kinds);
    #[cfg(not(feature = "tracing"))]
    let is_logged = false;
    is_wanted_by(kinds, is_logged)
}

/// Whether a listener wants one of these kinds, or the logs want something.
#[inline]
pub(super) fn is_wanted_by(kinds: Kinds, is_logged: bool) -> bool {
    is_logged || listeners().wanted.load(Ordering::Relaxed) & kinds.bits() != 0
}

/// A call has begun that was wanted, perhaps only because it is the first.
pub(super) fn call_has_begun() {
    listeners().call_has_begun();
}

/// Calls everybody who wants the event, on this thread, without a lock and without an allocation. Logs come first.
#[cold]
#[inline(never)]
pub(crate) fn deliver(event: &Event<'_>) {
    #[cfg(feature = "tracing")]
    log::hear(event);
    let list = listeners().list.load();
    list.iter().for_each(|listener| listener.deliver(event));
}

/// Makes and delivers an event if somebody wants its kind.
#[inline]
pub(crate) fn report<'a>(kind: Kinds, event: impl FnOnce() -> Event<'a>) {
    if is_wanted(kind) {
        deliver(&event());
    }
}

/// As [`report`], of an event that is logged as a warning although others of its kind are less.
#[inline]
pub(crate) fn report_warning<'a>(kind: Kinds, event: impl FnOnce() -> Event<'a>) {
    #[cfg(feature = "tracing")]
    if log::are_warnings_written() {
        return deliver(&event());
    }
    report(kind, event);
}

impl Listeners {
    const fn new() -> Self {
        Self {
            wanted: AtomicU32::new(WANTED_AT_FIRST.bits()),
            has_called: AtomicBool::new(false),
            list: LazyLock::new(Default::default),
            changing: Mutex::new(()),
        }
    }

    fn call_has_begun(&self) {
        if !self.has_called.load(Ordering::Relaxed) {
            self.has_called.store(true, Ordering::Relaxed);
            self.change(List::clone);
        }
    }

    fn change(&self, next: impl FnOnce(&List) -> List) {
        let changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let list = Arc::new(next(&self.list.load()));
        let at_first = if self.has_called.load(Ordering::Relaxed) { Kinds::NONE } else { WANTED_AT_FIRST };
        let wanted = list.iter().fold(at_first, |all, listener| all | listener.filter.kinds);
        let old = self.list.swap(list);
        self.wanted.store(wanted.bits(), Ordering::Relaxed);
        drop(changing);
        // The last reference may be here, and a listener's drop is code of the user.
        drop(old);
    }
}

/// Listens until this is dropped; [`forever`](Self::forever) keeps it for the rest of the program.
///
/// When the drop returns, no delivery begins. One that has begun on another thread may still run, and a drop inside of
/// the listener itself does not wait for its own end.
#[must_use = "who drops it at once does not listen; `forever()` keeps it"]
pub struct Subscription {
    listener: Option<Arc<Listener>>,
    among: &'static Listeners,
}

impl Subscription {
    pub(crate) fn begin(filter: Filter, hear: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        let listener = Arc::new(Listener::new(filter, Box::new(hear)));
        let among = listeners();
        among.change(|list| list.iter().chain([&listener]).map(Arc::clone).collect());
        Self { listener: Some(listener), among }
    }

    /// Listens for the rest of the program.
    pub fn forever(mut self) {
        self.listener = None;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let Some(listener) = self.listener.take() else { return };
        listener.close();
        self.among.change(|list| list.iter().filter(|other| !Arc::ptr_eq(other, &listener)).map(Arc::clone).collect());
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

/// Calls a function at each event, until the result is dropped.
///
/// It is called where the event happens, on the thread of the call: it should be quick, because the call waits for it.
/// No lock is held meanwhile, so it may call what it is notified of. A panic in it is caught and
/// [counted](crate::events::Events::listener_panics), and does not reach the call. Events that it causes itself are not
/// delivered to it, but for changes of breakers: each is delivered once, after the listener has returned. After a hundred
/// changes that led to each other, a listener that causes another is not called again until those are delivered.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{BreakerPolicy, CircuitBreaker};
/// use std::sync::{Arc, Mutex};
///
/// let lines = Arc::new(Mutex::new(Vec::new()));
/// let seen = Arc::clone(&lines);
/// let watching =
///     resilient::subscribe(move |event| seen.lock().unwrap().push(event.to_string()));
///
/// let breaker = CircuitBreaker::new("watched", BreakerPolicy::new());
/// breaker.force_open();
/// drop(watching);
/// breaker.reset();
/// assert_eq!(
///     *lines.lock().unwrap(),
///     ["circuit breaker `watched`: Closed -> ForcedOpen by by_hand"]
/// );
/// ```
pub fn subscribe(listener: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Subscription {
    Subscription::begin(Filter::ALL, listener)
}
