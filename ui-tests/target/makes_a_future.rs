//! A function that returns a future is `async`, or its body is one `async` block.
//!
//! fix:
//!     #[retry]
//!     fn first(id: u32) -> impl Future<Output = Result<u32, Error>> {
//!         async move { Ok(id + 1) }
//!     }

use resilient::{Error, retry, timeout};
use std::pin::Pin;

#[retry]
fn first(id: u32) -> impl Future<Output = Result<u32, Error>> {
    let next = id + 1;
    async move { Ok(next) }
}

#[timeout(1s)]
fn second(id: u32) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send>> {
    let later = async move { Ok(id) };
    Box::pin(later)
}

fn main() {}
