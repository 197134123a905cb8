//! A function that can be refused returns a `Result`.
//!
//! fix:
//!     #[timeout(1s)]
//!     async fn nothing() -> Result<(), resilient::Error> {
//!         Ok(())
//!     }

use resilient::{bulkhead, fallback, retry, timeout};

#[timeout(1s)]
async fn nothing() {}

#[bulkhead(max_concurrent = 3)]
async fn number() -> u32 {
    3
}

#[retry(exhausted = wrap)]
#[fallback(value = None, fallback_on(None))]
async fn option() -> Option<u32> {
    None
}

fn main() {}
