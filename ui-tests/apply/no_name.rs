//! `apply` names a stack, or `none`.
//!
//! fix:
//!     #[apply(upstream)]

use resilient::{Error, apply, policy};

policy! { upstream = #[retry]; }

#[apply]
async fn nothing() -> Result<(), Error> {
    Ok(())
}

#[apply(none, timeout(2s))]
async fn none_with_options() -> Result<(), Error> {
    Ok(())
}

#[apply("upstream")]
async fn text() -> Result<(), Error> {
    Ok(())
}

#[apply(upstream)]
struct Client;

fn main() {}
