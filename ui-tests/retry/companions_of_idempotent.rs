//! `unsent_on` acts only beside `idempotent`, which says something only if it is not always true.
//!
//! fix: #[retry(idempotent = is_get, unsent_on(resilient::Error::CircuitOpen { .. }))]

use resilient::retry;

#[retry(unsent_on(resilient::Error::CircuitOpen { .. }))]
async fn first(is_get: bool) -> Result<bool, resilient::Error> {
    Ok(is_get)
}

#[retry(idempotent = true)]
async fn second(is_get: bool) -> Result<bool, resilient::Error> {
    Ok(is_get)
}

fn main() {}
