//! Type errors in the body point at the body.
//!
//! fix:
//!     #[retry]
//!     fn first() -> Result<u32, String> {
//!         Ok(5)
//!     }

use resilient::{fallback, retry, timeout};

#[retry]
fn first() -> Result<u32, String> {
    5
}

#[timeout(1s)]
async fn second() -> Result<u32, resilient::Error> {
    5
}

#[fallback(default)]
async fn third(id: u32) -> Result<u32, String> {
    if id == 1 {
        return "x";
    }
    Ok(id)
}

#[retry]
async fn fourth() -> Result<u32, String> {
    let number = 1;
    number + 1;
}

#[retry]
fn fifth() -> Result<u32, String> {
}

fn main() {}
