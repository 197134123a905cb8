//! What listeners are notified of. They hear of the whole process, so each test has names of its own.

/// The path of a function of the file.
macro_rules! path {
    ($function:literal) => {
        concat!(module_path!(), "::", $function)
    };
}

mod beside;
mod breaker;
mod calls;
mod caused;
mod harmless;
mod listeners;
mod on_state_change;
mod refusals;
mod retries;
mod stream;
mod sweeps;
mod threads;
mod timed_out;

use std::sync::{Arc, Mutex};

use resilient::events::{Events, Kinds, Subscription};
use resilient::{BreakerPolicy, CircuitBreaker, registry};

/// The texts of the events that a test hears of.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    /// Events of these kinds of the function with this path.
    fn of(kinds: Kinds, path: &str) -> (Self, Subscription) {
        let heard = Self::default();
        let watching = heard.listen(resilient::events().kinds(kinds).function(path).unwrap());
        (heard, watching)
    }

    fn listen(&self, events: Events) -> Subscription {
        let heard = self.clone();
        events.subscribe(move |event| heard.push(event.to_string()))
    }

    fn push(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// The breaker of this name, with the settings by default.
fn breaker(name: &str) -> &'static CircuitBreaker {
    registry().circuit_breaker_or_insert(name, BreakerPolicy::new())
}

/// Waits until the limit around it is over.
fn until_the_deadline() {
    while resilient::remaining().is_some_and(|left| !left.is_zero()) {
        std::thread::yield_now();
    }
}
