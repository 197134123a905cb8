//! Behind the stack's name stand layers whose settings differ, and words about methods.
//!
//! fix:
//!     #[apply(upstream, retry(max_attempts = 2))]

use resilient::{Error, apply, policy};

policy! { upstream = #[retry]; }

#[apply(upstream, max_attempts = 2)]
async fn setting_alone() -> Result<(), Error> {
    Ok(())
}

#[apply(upstream, rety(max_attempts = 2))]
async fn misspelt() -> Result<(), Error> {
    Ok(())
}

#[apply(upstream, retry)]
async fn without_settings() -> Result<(), Error> {
    Ok(())
}

#[apply(upstream retry(max_attempts = 2))]
async fn without_a_comma() -> Result<(), Error> {
    Ok(())
}

fn main() {}
