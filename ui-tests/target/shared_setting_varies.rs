//! Shared state is made once, so its settings are constants.
//!
//! fix: #[bulkhead(name = "users", max_concurrent = 10)]

use resilient::{BreakerPolicy, Error, bulkhead, circuit_breaker};

struct Client {
    limit: u32,
    policy: BreakerPolicy,
}

trait Sizes {
    const SIZE: u32;
}

#[bulkhead(name = host, max_concurrent = 10)]
async fn first(host: &str) -> Result<(), Error> {
    Ok(drop(host))
}

#[circuit_breaker(name = "users", failure_threshold = limit, recovery_timeout = wait.into())]
fn second(limit: u32, wait: Wait) -> Result<(), Error> {
    Ok(drop((limit, wait)))
}

#[bulkhead(max_concurrent = N, max_wait = 1s, max_queue = T::SIZE)]
async fn third<const N: u32, T: Sizes>() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(name = format!("users of {host}"))]
async fn fourth(host: &str) -> Result<(), Error> {
    Ok(drop(host))
}

struct Wait;

impl Client {
    const LIMIT: u32 = 5;

    #[bulkhead(max_concurrent = self.limit)]
    async fn fifth(&self) -> Result<(), Error> {
        Ok(())
    }

    #[circuit_breaker(name = "users", policy = self.policy)]
    fn sixth(&self) -> Result<(), Error> {
        Ok(())
    }

    #[bulkhead(max_concurrent = Self::LIMIT)]
    fn seventh(&self) -> Result<(), Error> {
        Ok(())
    }

    #[circuit_breaker(name = self.name)]
    async fn eighth(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
