//! The window is known when compiled.
//!
//! mend: #[circuit_breaker(name = "a", failure_rate = 0.5, window = 100)]

use resilient::circuit_breaker;

const WINDOW: u32 = 100;

#[circuit_breaker(name = "a", failure_rate = 0.5, window = WINDOW)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "b", failure_rate = 0.5, window = 10m)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
