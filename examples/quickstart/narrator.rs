//! Prints events as they happen: the phases of the script, and the breaker's changes of state.

use std::time::{Duration, Instant};

use resilient::{CircuitState, registry};
use tokio::time::interval;

use crate::service::{SCRIPT, phase_at};

/// A change of the breaker's state, and when it was noticed.
pub struct Transition {
    pub at: Duration,
    pub from: CircuitState,
    pub to: CircuitState,
}

/// Checks every 2 ms until it is dropped.
pub async fn narrate(started: Instant, transitions: &mut Vec<Transition>) -> ! {
    let mut clock = interval(Duration::from_millis(2));
    let mut phase = None;
    let mut state = CircuitState::Closed;
    loop {
        clock.tick().await;
        let at = started.elapsed();
        let current = phase_at(at);
        if phase.replace(current) != Some(current) {
            println!("  {}  {:<9}  {}", seconds(at), SCRIPT[current].name, SCRIPT[current].what);
        }
        // The breaker exists once a function that names it has been called.
        let Some(breaker) = registry().circuit_breaker("market") else { continue };
        let from = std::mem::replace(&mut state, breaker.state());
        if from != state {
            println!("  {}             breaker: {from:?} -> {state:?}", seconds(at));
            transitions.push(Transition { at, from, to: state });
        }
    }
}

pub fn seconds(at: Duration) -> String {
    format!("{:6.3} s", at.as_secs_f64())
}
