//! A stack is checked as a whole at each function.
//!
//! fix:
//!     #[apply(upstream, timeout(60s))]

use resilient::{Error, apply, policy, timeout};

policy! {
    upstream = #[timeout(30s)] #[retry(base_delay = 1s, backoff = constant, jitter = none)];
}

#[apply(upstream, timeout(1s))]
async fn user() -> Result<(), Error> {
    Ok(())
}

policy! { slow = #[timeout(30s)] #[retry(base_delay = 20s, backoff = constant, jitter = none)]; }
struct Client;
#[apply(slow)]
impl Client {
    async fn user(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn orders(&self) -> Result<(), Error> {
        Ok(())
    }
}

policy! { limited = #[timeout(30s)]; }
#[timeout(60s)]
#[apply(limited)]
async fn order() -> Result<(), Error> {
    Ok(())
}

fn main() {}
