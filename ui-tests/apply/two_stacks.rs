//! An `impl` has one stack.
//!
//! fix:
//!     #[apply(upstream)]

use resilient::{Error, apply, policy};

policy! {
    upstream = #[retry];
    limited = #[timeout(2s)];
}

struct Client;

#[apply(upstream)]
#[apply(limited)]
impl Client {
    async fn user(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
