//! The result of a sync function with a timeout is `Send`.
//!
//! fix:
//!     #[timeout(5ms)]
//!     fn first() -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
//!         Ok("1".parse()?)
//!     }

use resilient::{Error, retry, timeout};
use std::rc::Rc;

#[timeout(5ms)]
fn first() -> Result<u32, Box<dyn std::error::Error>> {
    Ok("1".parse()?)
}

#[retry]
#[timeout(5ms)]
fn second() -> Result<Rc<u32>, Error> {
    Ok(Rc::new(2))
}

#[timeout(5ms)]
fn third<T: Default + 'static>() -> Result<T, Error> {
    Ok(T::default())
}

fn main() {}
