//! Which methods are meant is said at an `impl` only, and once.
//!
//! fix:
//!     #[apply(upstream)]

use resilient::{Error, apply, policy};

policy! { upstream = #[retry]; }

#[apply(upstream, all, except(user))]
async fn function() -> Result<(), Error> {
    Ok(())
}

struct Client;

#[apply(upstream, only(user), all)]
impl Client {
    async fn user(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
