//! `fallback_refused` names refusals, each once, that attributes below make.
//!
//! fix:
//!     #[fallback(default, fallback_refused(circuit_open))]
//!     #[circuit_breaker(name = "payments")]

use resilient::{circuit_breaker, fallback, retry};

#[fallback(default, fallback_refused(circuit_opened, timeout, circuit_open, circuit_open))]
#[circuit_breaker(name = "payments")]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(default, fallback_refused())]
#[circuit_breaker(name = "payments")]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(default, fallback_refused(circuit_open, timed_out))]
#[circuit_breaker(name = "payments")]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(default, fallback_refused(retries_exhausted))]
#[retry]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
