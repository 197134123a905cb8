//! A stack is a list of attributes of `resilient`.
//!
//! fix:
//!     policy! {
//!         /// How to call.
//!         upstream = #[retry] #[timeout(2s)];
//!         more = #[retry];
//!     }

use resilient::{Error, apply, policy};

policy! {
    /// How to call.
    upstream = #[retri] #[timeout(2s)];
    empty = ;
    none = #[retry];
    nested = #[apply(upstream)];
    traced = #[instrument] #[retry];
    unfinished #[retry];
    more = #[retry], #[timeout(2s)];
    value = #[retry = 3];
}

#[apply(more)]
async fn user() -> Result<(), Error> {
    Ok(())
}

policy! {}

fn main() {}
