//! Settings are in parentheses.
//!
//! fix:
//!     #[retry]
//!     #[timeout(1s)]

use resilient::{retry, timeout};

#[retry]
#[timeout = 1s]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
