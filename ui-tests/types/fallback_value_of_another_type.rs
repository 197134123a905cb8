//! A fallback value is the value of a success.
//!
//! mend: #[fallback(value = 0)]

use resilient::fallback;

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
async fn third(id: u32) -> u32 {
    id
}

#[fallback(default)]
fn fourth() -> Result<NoDefault, String> {
    Ok(NoDefault)
}

fn main() {}
