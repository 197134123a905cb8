//! A fallback is a function that is in scope.
//!
//! fix: #[fallback(|_| Ok(0))]

use resilient::fallback;

#[fallback(missing)]
fn first(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[fallback(missing)]
async fn second(id: u32) -> Result<u32, String> {
    Ok(id)
}

fn main() {}
