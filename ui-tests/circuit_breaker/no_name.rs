//! A breaker has a name, by which functions share it.
//!
//! fix: #[circuit_breaker(name = "payments")]

use resilient::circuit_breaker;

#[circuit_breaker]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker("payments")]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(failure_threshold = 3)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
