//! A trait's definition has no bodies for a stack.
//!
//! fix:
//!     trait Users {
//!         fn user(&self, id: u64) -> impl Future<Output = Result<(), Error>>;
//!     }
//!
//!     #[apply(upstream)]
//!     impl Users for u64 {
//!         async fn user(&self, id: u64) -> Result<(), Error> {
//!             Ok(())
//!         }
//!     }

use resilient::{Error, apply, policy};

policy! { upstream = #[retry]; }

#[apply(upstream)]
trait Users {
    fn user(&self, id: u64) -> impl Future<Output = Result<(), Error>>;
}

fn main() {}
