//! The body of a sync function with a timeout borrows nothing.
//!
//! fix:
//!     #[timeout(5ms)]
//!     fn first<T: Into<u32> + Send + 'static>(count: T) -> Result<u32, Error> {
//!         Ok(count.into())
//!     }

use resilient::{Error, timeout};

#[timeout(5ms)]
fn first<T: Into<u32> + Send>(count: T) -> Result<u32, Error> {
    Ok(count.into())
}

struct Client<'a>(&'a str);

impl<'a> Client<'a> {
    #[timeout(5ms)]
    fn second(self) -> Result<usize, Error> {
        Ok(self.0.len())
    }
}

type Name<'a> = &'a str;

#[timeout(5ms)]
fn third(name: Name) -> Result<usize, Error> {
    Ok(name.len())
}

fn main() {}
