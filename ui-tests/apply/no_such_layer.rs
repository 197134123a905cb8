//! Settings differ from those of a layer that the stack has.
//!
//! fix:
//!     #[apply(upstream, timeout.2(1s))]

use resilient::{Error, apply, policy};

policy! { upstream = #[timeout(9s)] #[retry] #[timeout(2s)]; }

#[apply(upstream, timeout(1s))]
async fn which_one() -> Result<(), Error> {
    Ok(())
}

#[apply(upstream, timeout.3(1s))]
async fn third() -> Result<(), Error> {
    Ok(())
}

#[apply(upstream, bulkhead(max_concurrent = 3))]
async fn none() -> Result<(), Error> {
    Ok(())
}

fn main() {}
