//! Prints what happens when it happens: the phases of the script, and the breaker's changes of state, which are events.

use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use resilient::CircuitState;
use resilient::events::{ChangeReason, Event, Kinds, Subscription, UnknownSubject};
use tokio::time::sleep_until;

use crate::service::{SCRIPT, begin_of};

/// A change of the breaker's state.
pub struct Transition {
    pub at: Duration,
    pub from: CircuitState,
    pub to: CircuitState,
    pub because: ChangeReason,
}

/// Listens until it is dropped.
pub struct Narrator {
    started: Instant,
    transitions: Arc<Mutex<Vec<Transition>>>,
    _watching: Subscription,
}

impl Narrator {
    pub fn begin(started: Instant) -> Result<Self, UnknownSubject> {
        let transitions: Arc<Mutex<Vec<_>>> = Arc::default();
        let seen = Arc::clone(&transitions);
        let changes = resilient::events().kinds(Kinds::CHANGES).name("market")?;
        // Each change comes once and in order, on the thread of the call that caused it.
        let watching = changes.subscribe(move |event| {
            if let Event::BreakerChanged(change) = event {
                let (at, from, to, because) = (started.elapsed(), change.from, change.to, change.because);
                println!("  {}             breaker: {from:?} -> {to:?} by {}", seconds(at), because.name());
                lock(&seen).push(Transition { at, from, to, because });
            }
        });
        Ok(Self { started, transitions, _watching: watching })
    }

    /// Prints each phase when it begins.
    pub async fn phases(&self) -> ! {
        for (number, phase) in SCRIPT.iter().enumerate() {
            sleep_until((self.started + begin_of(number)).into()).await;
            println!("  {}  {:<9}  {}", seconds(self.started.elapsed()), phase.name, phase.what);
        }
        pending().await
    }

    /// The changes since it began, or since they were taken before.
    pub fn take_transitions(&self) -> Vec<Transition> {
        std::mem::take(&mut *lock(&self.transitions))
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn seconds(at: Duration) -> String {
    format!("{:6.3} s", at.as_secs_f64())
}
