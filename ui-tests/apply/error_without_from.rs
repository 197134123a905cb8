//! The error of each function takes the refusals of the stack.
//!
//! fix:
//!     policy! {
//!         upstream = #[retry] #[timeout(2s, map_err = |refusal| refusal.to_string())];
//!     }

use resilient::{apply, policy};

policy! {
    upstream = #[retry] #[timeout(2s)];
}

struct Client;

#[apply(upstream)]
impl Client {
    async fn user(&self) -> Result<(), String> {
        Ok(())
    }
}

fn main() {}
