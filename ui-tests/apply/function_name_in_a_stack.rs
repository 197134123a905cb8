//! A stack is for many functions, so the name of one stands where the stack is applied.
//!
//! fix:
//!     policy! {
//!         upstream = #[retry] #[timeout(2s)];
//!     }

use resilient::{Error, apply, policy};

policy! {
    upstream = #[retry(function = "Client::user")] #[timeout(2s)];
}

#[apply(upstream)]
async fn user() -> Result<(), Error> {
    Ok(())
}

fn main() {}
