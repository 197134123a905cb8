//! `function` takes the function's name as a text: identifiers with `::` between them.
//!
//! fix: #[retry(function = "Client::user")]

use resilient::{Error, retry, timeout};

#[retry(function = "Client user")]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[retry(function = Client::user)]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[timeout(2s, function = "")]
async fn third() -> Result<(), Error> {
    Ok(())
}

#[timeout(2s, function = "crate::user")]
async fn fourth() -> Result<(), Error> {
    Ok(())
}

#[retry(function = "user", function = "user")]
async fn fifth() -> Result<(), Error> {
    Ok(())
}

#[retry(budget(name = "api", function = "user"))]
async fn sixth() -> Result<(), Error> {
    Ok(())
}

fn main() {}
