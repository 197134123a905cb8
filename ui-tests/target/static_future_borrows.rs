//! A setting in a future that is `'static` borrows nothing.
//!
//! fix:
//!     struct Limits {
//!         attempts: u32,
//!     }
//!     impl Limits {
//!         #[retry(max_attempts = self.attempts)]
//!         fn first(&self, id: u32) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send + '_>> {
//!             Box::pin(async move { Ok(id) })
//!         }
//!     }

use std::pin::Pin;
use std::time::Duration;

use resilient::{Error, retry, timeout};

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

struct Client {
    attempts: u32,
}

impl Client {
    #[retry(max_attempts = self.attempts)]
    fn first(&self, id: u32) -> BoxFuture<'static, Result<u32, Error>> {
        Box::pin(async move { Ok(id) })
    }

    #[retry(retry_if = |_| self.attempts > 1)]
    fn second(&self, id: u32) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send>> {
        Box::pin(async move { Ok(id) })
    }
}

#[timeout(*_limit)]
fn third(id: u32, _limit: &Duration) -> impl Future<Output = Result<u32, Error>> + 'static {
    async move { Ok(id) }
}

fn main() {}
