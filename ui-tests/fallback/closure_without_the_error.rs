//! The closure of a fallback takes the error.
//!
//! fix: #[fallback(|_| Ok(()))]

use resilient::fallback;

#[fallback(|| Ok(()))]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(|error, id| Ok(()))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
