//! A function has a body.
//!
//! fix:
//!     trait Client {
//!         #[retry]
//!         async fn user(&self) -> Result<(), resilient::Error> {
//!             Ok(())
//!         }
//!     }

use resilient::retry;

trait Client {
    #[retry]
    async fn user(&self) -> Result<(), resilient::Error>;
}

fn main() {}
