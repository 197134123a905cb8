//! A fallback function returns the type of the function, or in an async one a future of it.
//!
//! fix: #[fallback(|_| Ok(plain(id)))]

use resilient::fallback;

fn plain(id: u32) -> u32 {
    id
}

async fn plain_later(id: u32) -> u32 {
    id
}

async fn fitting_later(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[fallback(plain)]
fn first(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[fallback(plain)]
async fn second(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[fallback(plain_later)]
async fn third(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[fallback(fitting_later)]
fn fourth(id: u32) -> Result<u32, String> {
    Ok(id)
}

fn main() {}
