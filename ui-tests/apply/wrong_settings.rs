//! What is wrong with a stack's settings is reported where it is defined, and not where it is applied.
//!
//! fix:
//!     policy! {
//!         upstream = #[retry(max_attempts = 3)] #[circuit_breaker(name = "users", failure_threshold = 3)];
//!     }

use resilient::{Error, apply, policy};

policy! {
    upstream = #[retry(max_attempts = 0)] #[circuit_breaker(failure_treshold = 3)];
}

#[apply(upstream)]
async fn user() -> Result<(), Error> {
    Ok(())
}

struct Client;

#[apply(upstream, retry(max_attempts = 5))]
impl Client {
    async fn user(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {
    drop(user());
    drop(Client.user());
}
