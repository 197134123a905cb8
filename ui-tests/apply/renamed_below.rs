//! Below other attributes `apply` has its own name.
//!
//! fix:
//!     #[timeout(10s)]
//!     #[resilient::apply(upstream)]

use resilient::{apply as put, policy, timeout};

policy! { upstream = #[retry]; }

#[timeout(10s)]
#[put(upstream)]
async fn renamed() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
