//! The body of a sync function with a timeout runs in another thread, so what it uses is `Send`.
//!
//! fix:
//!     #[timeout(5ms)]
//!     fn first(count: std::sync::Arc<u32>) -> Result<u32, Error> {
//!         Ok(*count)
//!     }

use resilient::{Error, retry, timeout};
use std::rc::Rc;

#[timeout(5ms)]
fn first(count: Rc<u32>) -> Result<u32, Error> {
    Ok(*count)
}

#[retry]
#[timeout(5ms)]
fn second((count, more): (Rc<u32>, u32)) -> Result<u32, Error> {
    Ok(*count + more)
}

#[timeout(5ms)]
fn third(count: u32) -> Result<Rc<u32>, Error> {
    Ok(Rc::new(count))
}

#[timeout(5ms)]
fn fourth<T: Copy + Into<u32>>(count: T) -> Result<u32, Error> {
    Ok(count.into())
}

struct Client;

impl Client {
    #[timeout(5ms)]
    fn fifth(self: Rc<Self>) -> Result<usize, Error> {
        Ok(Rc::strong_count(&self))
    }
}

fn main() {}
