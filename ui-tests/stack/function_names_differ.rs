//! A function has one name: attributes that give it give the same.
//!
//! fix:
//!     #[retry(function = "Client::user")]
//!     #[timeout(2s, function = "Client::user")]

use resilient::{Error, apply, policy, retry, timeout};

policy! { upstream = #[timeout(2s)]; }

#[retry(function = "Client::user")]
#[timeout(2s, function = "Client::users")]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[retry(function = "Client::orders")]
#[apply(upstream, function = "Client::order")]
async fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
