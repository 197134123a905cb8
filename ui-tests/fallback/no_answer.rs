//! A fallback needs a function, a closure or a value.
//!
//! fix: #[fallback(default)]

use resilient::fallback;

#[fallback]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(fallback_on(_))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
