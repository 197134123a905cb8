//! All attributes of a function have the same `crate`.
//!
//! fix:
//!     #[retry(crate = ::resilient)]
//!     #[timeout(1s)]

use resilient::{retry, timeout};

#[retry(crate = ::resilient)]
#[timeout(1s, crate = crate::other::resilient)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
