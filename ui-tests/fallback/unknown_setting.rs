//! A setting has one of the known names.
//!
//! fix: #[fallback(default, fallback_on(_))]

use resilient::fallback;

#[fallback(default, fallback_onn(_))]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(vlaue = 3)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
