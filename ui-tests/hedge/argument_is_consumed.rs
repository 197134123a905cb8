//! Attempts share the arguments, so a body that consumes one clones it.
//!
//! fix:
//!     #[hedge(delay = 100ms)]
//!     async fn first(name: String) -> Result<String, Error> {
//!         Ok(name.clone())
//!     }

use resilient::{Error, hedge};

#[hedge(delay = 100ms)]
async fn first(name: String) -> Result<String, Error> {
    Ok(name)
}

fn main() {}
