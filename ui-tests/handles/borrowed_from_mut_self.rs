//! A value that is borrowed from `&mut self` is in the way of a body that uses all of it.
//!
//! fix:
//!     impl Client {
//!         #[bulkhead(self.slots.clone())]
//!         async fn first(&mut self) -> Result<(), Error> {
//!             self.count()
//!         }
//!     }

use resilient::{Bulkhead, Error, bulkhead};
use std::sync::Arc;

struct Client {
    slots: Arc<Bulkhead>,
    own: Bulkhead,
    counted: u32,
}

impl Client {
    fn count(&mut self) -> Result<(), Error> {
        Ok(self.counted += 1)
    }
}

impl Client {
    #[bulkhead(self.slots)]
    async fn first(&mut self) -> Result<(), Error> {
        self.count()
    }
}

impl Client {
    #[bulkhead(&self.slots)]
    fn second(&mut self) -> Result<(), Error> {
        self.count()
    }

    #[bulkhead(self.own)]
    fn third(&mut self) -> Result<(), Error> {
        self.count()
    }
}

#[bulkhead(client.slots)]
async fn fourth(client: &mut Client) -> Result<(), Error> {
    client.count()
}

fn main() {}
