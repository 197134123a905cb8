//! A fallback that is a method is named by its type.
//!
//! fix:
//!     impl Client {
//!         #[fallback(Self::cached)]
//!         async fn named(&self, id: u64) -> Result<u64, resilient::Error> {
//!             Ok(id)
//!         }
//!
//!         fn cached(&self, id: u64) -> Result<u64, resilient::Error> {
//!             Ok(id)
//!         }
//!     }

use resilient::fallback;

struct Client;

impl Client {
    #[fallback(self.cached)]
    async fn named(&self, id: u64) -> Result<u64, resilient::Error> {
        Ok(id)
    }

    #[fallback(self.cached(id))]
    async fn called(&self, id: u64) -> Result<u64, resilient::Error> {
        Ok(id)
    }

    fn cached(&self, id: u64) -> Result<u64, resilient::Error> {
        Ok(id)
    }
}

fn main() {}
