//! A timeout does not directly follow another one.
//!
//! fix: #[timeout(1s)]

use resilient::timeout;

#[timeout(2s)]
#[timeout(1s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
