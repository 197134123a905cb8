//! An async body is dropped at the deadline, it need not cooperate.
//!
//! mend: #[timeout(1s)]

use resilient::timeout;

#[timeout(1s, cooperative)]
async fn asynchronous() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
