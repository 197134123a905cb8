//! The name of a function is an option of `apply`, as a text.
//!
//! fix:
//!     #[apply(upstream, function = "Client::user")]

use resilient::{Error, apply, policy};

policy! { upstream = #[retry] #[timeout(2s)]; }

#[apply(upstream, retry(function = "user"))]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[apply(upstream, function = user)]
async fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
