//! `on_state_change` is a function of the breaker: it takes the change alone, and uses nothing of a call.
//!
//! fix: #[circuit_breaker(name = "a", on_state_change = |change| println!("{change}"))]

use resilient::circuit_breaker;

#[circuit_breaker(name = "b", on_state_change = |change| println!("{id}: {change}"))]
async fn uses_an_argument(id: u64) -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "c", on_state_change = |from, to| println!("{from:?} {to:?}"))]
async fn two_arguments() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "d", on_state_change(note))]
async fn in_parentheses() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "e", on_state_change = "note")]
async fn no_function() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "f", on_state_transition = note)]
async fn name_from_elsewhere() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "g", on_open = note)]
async fn one_of_the_changes() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
