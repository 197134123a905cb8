//! A fallback has an answer.
//!
//! mend: #[fallback(default)]

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
