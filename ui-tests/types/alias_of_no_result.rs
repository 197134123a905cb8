//! A function that can be refused returns a `Result`, also if the type is an alias.
//!
//! fix:
//!     #[timeout(1s)]
//!     async fn first() -> Result<Count, resilient::Error> {
//!         Ok(5)
//!     }

use resilient::{circuit_breaker, timeout};

type Count = u32;

#[timeout(1s)]
async fn first() -> Count {
    5
}

#[circuit_breaker(name = "users")]
fn second() -> Count {
    5
}

fn main() {}
