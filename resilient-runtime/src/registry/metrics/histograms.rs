//! Histograms, which are recorded call by call: a listener of the events that have a duration.

use std::collections::HashMap;
use std::sync::{Once, PoisonError, RwLock};

use metrics::{Key, with_recorder};

use crate::core::name::Name;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listener::Filter;
use crate::event::listeners::Subscription;
use crate::registry::metrics::labels::Labels;
use crate::registry::metrics::publish::{METADATA, key};
use crate::registry::metrics::table::Id;

/// Records from now on. Called when there is a recorder, so that without one no call reads the clock.
pub(super) fn listen() {
    static ONCE: Once = Once::new();
    let wanted = Filter { kinds: Kinds::CALLS.union(Kinds::WAITS), ..Filter::ALL };
    ONCE.call_once(|| Subscription::begin(wanted, hear).forever());
}

fn hear(event: &Event<'_>) {
    match event {
        Event::CallFinished(call) => {
            let outcome = call.outcome.name();
            record((Id::CallDuration, call.function, outcome, call.fallback), call.elapsed.as_secs_f64());
            record((Id::CallAttempts, call.function, "", false), f64::from(call.attempts));
        }
        Event::BulkheadWaited(wait) => {
            record((Id::BulkheadWaitDuration, wait.name, "", false), wait.waited.as_secs_f64());
        }
        _ => {}
    }
}

/// A histogram, the function or the name, the outcome and whether a fallback answered.
type Which = (Id, Name, &'static str, bool);

/// The keys that were made. They are kept, because a recorder is asked for the histogram of a key at each call: it may be
/// another one each time.
static KEYS: RwLock<Option<HashMap<Which, &'static Key>>> = RwLock::new(None);

fn record(which: Which, value: f64) {
    let known = KEYS.read().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|keys| keys.get(&which).copied());
    let key = known.unwrap_or_else(|| make(which));
    with_recorder(|recorder| recorder.register_histogram(key, &METADATA).record(value));
}

#[cold]
fn make(which: Which) -> &'static Key {
    let (id, name, outcome, fallback) = which;
    let label = Labels::linked().of(&name);
    let values = [label, outcome, if fallback { "true" } else { "false" }];
    let made: &'static Key = Box::leak(Box::new(key(id.instrument(), &values)));
    let mut keys = KEYS.write().unwrap_or_else(PoisonError::into_inner);
    keys.get_or_insert_default().entry(which).or_insert(made)
}
