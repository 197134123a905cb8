//! `only(…)` and `except(…)` name methods of the `impl`.
//!
//! fix:
//!     #[apply(upstream, except(ping))]

use resilient::{Error, apply, policy};

policy! { upstream = #[retry]; }

struct Client;

#[apply(upstream, except(pimg))]
impl Client {
    async fn user(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}

struct Other;

#[apply(upstream, only(nobody))]
impl Other {
    async fn user(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
