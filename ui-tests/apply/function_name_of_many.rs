//! The name of a function stands where one function is meant.
//!
//! fix:
//!     impl Client {
//!         #[apply(upstream, function = "Client::user")]
//!         async fn user(&self) -> Result<(), Error> {
//!             Ok(())
//!         }
//!     }

use resilient::{Error, apply, policy};

policy! { upstream = #[retry] #[timeout(2s)]; }

struct Client;

#[apply(upstream, function = "Client::user")]
impl Client {
    async fn user(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
