//! What listeners are notified of. They hear of the whole process, so each test has names of its own.

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

use resilient::events::{Events, Subscription};

/// The texts of the events that a test hears of.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
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
