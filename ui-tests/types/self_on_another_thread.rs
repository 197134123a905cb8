//! The body of a sync method with a timeout takes `self` to another thread.
//!
//! fix:
//!     impl Client {
//!         fn first(self) -> Result<usize, Error> {
//!             length(self.0)
//!         }
//!     }
//!
//!     #[retry]
//!     #[timeout(1s)]
//!     fn length(name: String) -> Result<usize, Error> {
//!         Ok(name.len())
//!     }

use resilient::{Error, fallback, retry, timeout};

struct Client(String);

impl Client {
    #[retry]
    #[timeout(1s)]
    fn first(self) -> Result<usize, Error> {
        Ok(self.0.len())
    }

    #[fallback(Self::instead)]
    #[timeout(1s)]
    fn second(self) -> Result<usize, Error> {
        Ok(self.0.len())
    }

    fn instead(self) -> Result<usize, Error> {
        Ok(0)
    }
}

fn main() {}
