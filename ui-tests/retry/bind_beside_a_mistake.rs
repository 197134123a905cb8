//! A mistake in one setting causes no further errors.
//!
//! fix: #[retry(bind = attempt, max_attempts = 3)]

use resilient::{Error, retry};

#[retry(bind = attempt, max_attempts = 0)]
async fn first() -> Result<u32, Error> {
    Ok(attempt.number())
}

struct Client;

impl Client {
    #[retry(bind = attempt, max_attempts = 0)]
    fn second(&self) -> Result<u32, Error> {
        Ok(attempt.number())
    }

    #[retry(bind = attempt, max_attempts = 0)]
    fn third(&self) -> impl Future<Output = Result<u32, Error>> {
        async move { Ok(attempt.number()) }
    }
}

fn main() {}
