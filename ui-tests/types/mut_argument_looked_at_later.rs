//! An argument declared `mut` that a setting looks at after the body is copied for the body.
//!
//! fix:
//!     #[circuit_breaker(name = "users", failure_if = |_| page.number > 1)]
//!     fn first(page: Page) -> Result<u32, Error> {
//!         Ok(page.number + 1)
//!     }

use resilient::{Error, circuit_breaker, fallback};

struct Page {
    number: u32,
}

#[circuit_breaker(name = "users", failure_if = |_| page.number > 1)]
fn first(mut page: Page) -> Result<u32, Error> {
    page.number += 1;
    Ok(page.number)
}

#[fallback(|_| Ok(page.number))]
fn second(mut page: Page) -> Result<u32, Error> {
    page.number += 1;
    Ok(page.number)
}

fn main() {}
