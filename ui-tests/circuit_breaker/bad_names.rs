//! A name is not empty, and has no white space around it and no control characters.
//!
//! fix: #[circuit_breaker(name = "payments")]

use resilient::circuit_breaker;

#[circuit_breaker(name = "")]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = " payments")]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "pay\tments")]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = 7)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = format!("payments"))]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
