//! The body of a sync function with a timeout runs in another thread, so it owns what it uses.
//!
//! fix:
//!     #[timeout(1s)]
//!     fn argument(_id: u64, name: String) -> Result<usize, resilient::Error> {
//!         Ok(name.len())
//!     }

use resilient::timeout;
use std::borrow::Cow;
use std::pin::Pin;

#[timeout(1s)]
fn argument(_id: u64, name: &str) -> Result<usize, resilient::Error> {
    Ok(name.len())
}

#[timeout(1s)]
fn inside(names: Vec<Cow<'_, str>>) -> Result<usize, resilient::Error> {
    Ok(names.len())
}

#[timeout(1s)]
fn opaque(name: impl Into<String>) -> Result<String, resilient::Error> {
    Ok(name.into())
}

struct Client;

impl Client {
    #[timeout(1s)]
    fn by_reference(&self, _name: &str) -> Result<(), resilient::Error> {
        Ok(())
    }

    #[timeout(1s)]
    fn pinned(self: Pin<&mut Self>) -> Result<(), resilient::Error> {
        Ok(())
    }
}

fn main() {}
