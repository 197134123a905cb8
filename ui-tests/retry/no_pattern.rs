//! `retry_on` takes one pattern.
//!
//! fix: #[retry(retry_on(resilient::Error::TimedOut { .. } | resilient::Error::CircuitOpen { .. }))]

use resilient::retry;

#[retry(retry_on())]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_on(First, Second))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_on = First)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_on(_ if))]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
