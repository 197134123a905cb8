//! The settings of the attribute on top are in parentheses, too.
//!
//! fix: #[timeout(3s)]

use resilient::timeout;

#[timeout = 3]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
