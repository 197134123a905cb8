//! A fallback value is the value of a success.
//!
//! fix: #[fallback(value = 0)]

use resilient::{fallback, timeout};

struct NoDefault;

#[fallback(value = "none")]
fn first(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[fallback(value = Ok(1))]
async fn second(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[fallback(value = "none")]
#[timeout(1s)]
async fn third(id: u32) -> u32 {
    id
}

#[fallback(default)]
fn fourth() -> Result<NoDefault, String> {
    Ok(NoDefault)
}

fn main() {}
