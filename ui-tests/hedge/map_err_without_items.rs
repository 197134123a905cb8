//! Only a call without items is refused.
//!
//! fix: #[hedge(delay = 100ms)]

use resilient::{Error, hedge};

#[hedge(delay = 100ms, map_err = |refusal: Error| refusal.to_string())]
async fn first() -> Result<(), String> {
    Ok(())
}

fn main() {}
