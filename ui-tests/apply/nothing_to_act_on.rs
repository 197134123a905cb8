//! A stack on an `impl` has a method to act on.
//!
//! fix:
//!     #[apply(upstream, all)]

use resilient::{Error, apply, policy};

policy! { upstream = #[retry]; }

struct Client;

#[apply(upstream)]
impl Client {
    fn user(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn name(&self) -> String {
        String::new()
    }
}

fn main() {}
