//! Attributes are for functions.
//!
//! fix:
//!     #[retry]
//!     fn client() -> Result<(), resilient::Error> {
//!         Ok(())
//!     }

use resilient::{bulkhead, retry, timeout};

#[retry]
struct Client;

#[timeout(1s)]
impl Client {
    async fn user(&self) -> Result<(), resilient::Error> {
        Ok(())
    }
}

#[bulkhead(max_concurrent = 3)]
const LIMIT: u32 = 3;

fn main() {
    let _ = Client.user();
    let _ = LIMIT;
}
