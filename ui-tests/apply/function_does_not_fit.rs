//! What a stack asks of a function is reported at that function.
//!
//! fix:
//!     #[apply(upstream)]
//!     async fn user(name: &str) -> Result<(), Error> {
//!         Ok(())
//!     }

use resilient::{Error, apply, policy};

policy! {
    upstream = #[retry] #[timeout(2s)];
}

#[apply(upstream)]
fn user(name: &str) -> Result<(), Error> {
    Ok(())
}

struct Client;

#[apply(upstream, only(name))]
impl Client {
    async fn name(&self) -> String {
        String::new()
    }
}

fn main() {}
