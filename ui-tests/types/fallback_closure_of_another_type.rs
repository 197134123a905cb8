//! The closure of a fallback takes the function's error and gives its result.
//!
//! fix: #[fallback(|error| Ok(error.len()))]

use resilient::fallback;

#[fallback(|error| error.len())]
fn first(id: usize) -> Result<usize, String> {
    Ok(id)
}

#[fallback(|error| error.len())]
async fn second(id: usize) -> Result<usize, String> {
    Ok(id)
}

#[fallback(|error| async { Ok("none") })]
async fn third(id: usize) -> Result<usize, String> {
    Ok(id)
}

#[fallback(|error: std::io::Error| Ok(1))]
fn fourth(id: usize) -> Result<usize, String> {
    Ok(id)
}

#[fallback(|error| Ok(error.code()))]
fn fifth(id: usize) -> Result<usize, String> {
    Ok(id)
}

fn main() {}
