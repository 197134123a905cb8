//! A function that is called at events.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::core::isolated::panics;
use crate::core::name::Name;
use crate::core::sync::word::AtomicU64;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::turns;

/// What a listener wants: events of these kinds, and if a function or a name is given, those about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    pub(crate) kinds: Kinds,
    pub(crate) function: Option<Name>,
    pub(crate) name: Option<Name>,
}

impl Filter {
    pub(crate) const ALL: Self = Self { kinds: Kinds::ALL, function: None, name: None };

    fn wants(&self, event: &Event<'_>) -> bool {
        let is_about = |wanted: Option<Name>, subject| wanted.is_none() || wanted == subject;
        self.kinds.contains(event.kind())
            && is_about(self.function, event.function())
            && is_about(self.name, event.name())
    }
}

type Hear = dyn Fn(&Event<'_>) + Send + Sync;

pub(crate) struct Listener {
    pub(super) filter: Filter,
    hear: Box<Hear>,
    /// Set when the subscription is dropped. Release there pairs with Acquire before each delivery, so that what the
    /// dropping thread did before is seen by no listener after it.
    is_closed: AtomicBool,
}

/// How often a listener panicked. Relaxed: only a number.
static PANICS: AtomicU64 = AtomicU64::new(0);

/// So many listeners can run inside each other on a thread, because each causes an event for the next.
const MOST_NESTED: usize = 4;

thread_local! {
    /// The listeners that run on this thread, the outermost first; zero for none. They are compared, never read.
    static RUNNING: Cell<[usize; MOST_NESTED]> = const { Cell::new([0; MOST_NESTED]) };
}

impl Listener {
    pub(crate) fn new(filter: Filter, hear: Box<Hear>) -> Self {
        Self { filter, hear, is_closed: AtomicBool::new(false) }
    }

    /// No delivery begins after it returns. One that has begun on another thread may still run.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
    }

    /// Calls the function if it wants the event. A panic in it is counted. An event that it causes itself is not
    /// delivered to it: that could go on without end.
    pub(super) fn deliver(&self, event: &Event<'_>) {
        if self.filter.wants(event) && !self.is_closed.load(Ordering::Acquire) {
            run(std::ptr::from_ref(self).addr(), || (self.hear)(event));
        }
    }
}

/// Runs the listener with this address, unless it already runs on this thread or too many others do. A panic in it is
/// counted.
pub(crate) fn run(address: usize, hear: impl FnOnce()) {
    let before = RUNNING.get();
    let Some(free) = before.iter().position(|running| *running == 0) else { return };
    if before.contains(&address) || turns::is_passed_over(address) {
        return;
    }
    let mut running = before;
    running[free] = address;
    RUNNING.set(running);
    let panicked = panics(hear);
    RUNNING.set(before);
    if panicked {
        PANICS.fetch_add(1, Ordering::Relaxed);
    }
    if free == 0 {
        turns::next();
    }
}

/// The listener that runs on this thread, if any does: of several that run inside each other, the innermost.
pub(super) fn running() -> Option<usize> {
    RUNNING.get().into_iter().rfind(|running| *running != 0)
}

/// How often listeners panicked since the program began.
pub(crate) fn listener_panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}
