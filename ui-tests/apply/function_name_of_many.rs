//! The name of a function stands where one function is meant.
//!
//! fix:
//!     #[apply(upstream, function = "Client::user")]

use resilient::{Error, apply, policy};

policy! {
    upstream = #[retry] #[timeout(2s)];
    named = #[retry(function = "Client::user")];
}

struct Client;

#[apply(upstream, function = "Client::user")]
impl Client {
    async fn user(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[apply(upstream, retry(function = "user"))]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[apply(upstream, function = user)]
async fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
