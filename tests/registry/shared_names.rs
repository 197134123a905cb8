//! Functions that give the same name share one breaker or bulkhead, whose settings one place gives.

mod a_name_with_control_characters;
mod a_place_with_the_name_alone;
mod one_breaker_per_name;
mod one_bulkhead_per_name;
mod the_registry;
mod two_places_with_settings;

use std::ptr;
use std::time::Duration;

use resilient::{BreakerPolicy, BulkheadPolicy, CircuitState, Error, bulkhead, circuit_breaker, registry};

type Outcome = Result<(), Option<Error>>;

const GOOD: Outcome = Ok(());
const BAD: Outcome = Err(None);

fn is_open(outcome: &Outcome) -> bool {
    matches!(outcome, Err(Some(refusal)) if refusal.is_circuit_open())
}

fn is_full(outcome: &Outcome) -> bool {
    matches!(outcome, Err(Some(refusal)) if refusal.is_bulkhead_full())
}
