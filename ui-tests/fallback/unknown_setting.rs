//! A setting is called by its name.
//!
//! mend: #[fallback(default, fallback_on(_))]

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
