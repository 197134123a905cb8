//! What goes to a thread, and what comes back, is `Send`; what is needed again is `Clone`.
//!
//! fix:
//!     #[bulkhead(name = "images", threads = 4)]
//!     async fn first(id: std::sync::Arc<u32>) -> Result<u32, Error> {
//!         Ok(*id)
//!     }

use std::rc::Rc;

use resilient::{Error, bulkhead, retry};

#[bulkhead(name = "images", threads = 4)]
async fn first(id: Rc<u32>) -> Result<u32, Error> {
    Ok(*id)
}

#[bulkhead(name = "images", threads = 4)]
fn second(id: u32) -> Result<Rc<u32>, Error> {
    Ok(Rc::new(id))
}

struct Image(Vec<u8>);

#[retry]
#[bulkhead(name = "images", threads = 4)]
fn third(image: Image) -> Result<usize, Error> {
    Ok(image.0.len())
}

fn main() {}
