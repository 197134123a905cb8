//! `#[circuit_breaker]`: stops calls to something that keeps failing, and finds out with a few probes when it works
//! again.

use std::thread::sleep;
use std::time::Duration;

use resilient::{CircuitBreaker, CircuitState, circuit_breaker, registry};

#[derive(Debug, thiserror::Error)]
enum PayError {
    #[error("no connection to the bank")]
    NoConnection,
    #[error("the card is not covered")]
    NotCovered,
    #[error(transparent)]
    Refused(#[from] resilient::Error),
}

/// Three lost connections in a row open it. A declined card is no failure of the bank, so it does not count.
#[circuit_breaker(
    name = "bank",
    failure_threshold = 3,
    recovery_timeout = 200ms,
    success_threshold = 2,
    failure_on(PayError::NoConnection)
)]
fn pay(euros: u32, bank_is_up: bool) -> Result<u32, PayError> {
    match (bank_is_up, euros) {
        (false, _) => Err(PayError::NoConnection),
        (true, 1000..) => Err(PayError::NotCovered),
        (true, _) => Ok(euros),
    }
}

/// Another function with the same breaker: failures of either count for both.
#[circuit_breaker(name = "bank")]
fn balance() -> Result<u32, PayError> {
    Ok(500)
}

fn show(what: &str, outcome: Result<u32, PayError>) {
    let outcome = outcome.map_or_else(|error| error.to_string(), |euros| format!("{euros} euros"));
    let state = registry().circuit_breaker("bank").map_or(CircuitState::Closed, CircuitBreaker::state);
    println!("{what:<22} {outcome:<55} {state:?}");
}

fn main() {
    show("too much", pay(2000, true));
    for _ in 0..3 {
        show("the bank is down", pay(20, false));
    }
    show("it is not even asked", pay(20, true));
    show("nor by the others", balance());

    sleep(Duration::from_millis(250));
    show("a probe, too early", pay(20, false));
    sleep(Duration::from_millis(250));
    show("a probe", pay(20, true));
    show("another one", balance());

    if let Some(bank) = registry().circuit_breaker("bank") {
        bank.force_open();
        show("forced open by hand", pay(20, true));
        bank.reset();
        show("reset by hand", pay(20, true));
        println!("\n{:#?}", bank.stats());
    }
}
