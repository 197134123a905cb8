//! A name alone in a stack is an argument of the function.
//!
//! fix:
//!     policy! { limited = #[timeout(limit)]; }
//!     #[apply(limited)]
//!     async fn user(limit: std::time::Duration) -> Result<(), Error> {
//!         Ok(())
//!     }

use resilient::{Error, apply, policy};

policy! { limited = #[timeout(limit)]; }
#[apply(limited)]
async fn user() -> Result<(), Error> {
    Ok(())
}

policy! { of_client = #[timeout(self.limit)]; }
#[apply(of_client)]
async fn other() -> Result<(), Error> {
    Ok(())
}

policy! { cached = #[fallback(from_cache)]; }
#[apply(cached)]
fn user_of_cache(id: u64) -> Result<u64, Error> {
    from_cache(id)
}

fn from_cache(id: u64) -> Result<u64, Error> {
    Ok(id)
}

fn main() {}
