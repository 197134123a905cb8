//! Attempts share the arguments, so a body that consumes one declares it `mut`, or clones it.
//!
//! fix: async fn first(mut name: String) -> Result<String, Error>

use resilient::{Error, hedge};

#[hedge(delay = 100ms)]
async fn first(name: String) -> Result<String, Error> {
    Ok(name)
}

fn main() {}
