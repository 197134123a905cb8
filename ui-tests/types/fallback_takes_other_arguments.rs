//! A fallback function takes the arguments of the function it answers for.
//!
//! fix: #[fallback(|_| by_name(&id.to_string()))]

use resilient::{fallback, retry};

fn by_name(name: &str) -> Result<u32, String> {
    name.parse().map_err(|_| name.to_owned())
}

fn without() -> Result<u32, String> {
    Ok(1)
}

#[fallback(by_name)]
fn first(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[fallback(by_name)]
async fn second(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[fallback(without)]
async fn third(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[retry]
#[fallback(by_name, fallback_if = |error| error.is_empty())]
async fn fourth(id: u32) -> Result<u32, String> {
    Ok(id)
}

fn main() {}
