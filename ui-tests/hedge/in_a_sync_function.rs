//! Each attempt of a sync function runs on a thread of its own, with a copy of the arguments.
//!
//! fix:
//!     #[hedge(delay = 100ms)]
//!     async fn borrows(id: &str) -> Result<usize, Error> {
//!         Ok(id.len())
//!     }

use std::rc::Rc;

use resilient::{Error, hedge, timeout};

struct Request;

#[hedge(delay = 100ms)]
fn borrows(id: &str) -> Result<usize, Error> {
    Ok(id.len())
}

#[timeout(2s)]
#[hedge(delay = 100ms)]
fn borrows_below_a_timeout(id: &str) -> Result<usize, Error> {
    Ok(id.len())
}

#[hedge(delay = 100ms)]
fn not_send(id: Rc<str>) -> Result<usize, Error> {
    Ok(id.len())
}

#[hedge(delay = 100ms)]
fn not_clone(request: Request) -> Result<usize, Error> {
    drop(request);
    Ok(7)
}

#[hedge(delay = 100ms)]
fn no_way_back(id: u64) -> Result<Rc<u64>, Error> {
    Ok(Rc::new(id))
}

#[hedge(delay = 100ms)]
fn generic<T: Clone>(id: T) -> Result<T, Error> {
    Ok(id)
}

fn main() {}
