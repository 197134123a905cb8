//! A path in a stack means the same in every module.
//!
//! fix:
//!     policy! {
//!         upstream = #[retry(retry_on(::resilient::Error::TimedOut { .. }))] #[timeout(::std::time::Duration::from_secs(2))];
//!     }

use std::time::Duration;

use resilient::{Error, apply, policy};

policy! {
    upstream = #[retry(retry_on(Error::TimedOut { .. }))] #[timeout(Duration::from_secs(2))];
}

#[apply(upstream)]
async fn user() -> Result<(), Error> {
    Ok(())
}

const LIMIT: Duration = Duration::from_secs(2);

fn cached() -> Result<(), Error> {
    Ok(())
}

policy! {
    limited = #[fallback(|_| cached!())] #[timeout(LIMIT)];
}

policy! {
    of_module = #[fallback(self::cached)] #[timeout(super::LIMIT)];
}

fn main() {}
