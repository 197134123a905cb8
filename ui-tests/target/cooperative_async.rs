//! `cooperative` is for sync functions.
//!
//! fix: #[timeout(1s)]

use resilient::timeout;

#[timeout(1s, cooperative)]
async fn asynchronous() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
