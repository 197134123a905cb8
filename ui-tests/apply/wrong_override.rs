//! A wrong setting is reported once, however many methods the `impl` has.
//!
//! fix:
//!     #[apply(upstream, retry(max_attempts = 5), timeout(3s))]

use resilient::{Error, apply, policy};

policy! { upstream = #[retry] #[timeout(2s)]; }

struct Client;

#[apply(upstream, retry(max_attemps = 5), timeout(0s))]
impl Client {
    async fn user(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn orders(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[apply(upstream, retry(jitter = 1.5))]
async fn function() -> Result<(), Error> {
    Ok(())
}

fn main() {}
