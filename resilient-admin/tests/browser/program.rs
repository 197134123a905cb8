//! A program with breakers, bulkheads and functions, and its page.

use std::net::SocketAddr;

use resilient::{BreakerPolicy, CircuitBreaker, registry};
use resilient::{bulkhead, circuit_breaker, rate_limit, retry, timeout};
use resilient_admin::Token;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

type Problem = Box<dyn std::error::Error + Send + Sync>;

pub(crate) const TOKEN: &str = "correct horse battery staple";

/// A name that would be an element and a terminal's escape, if it were not text.
pub(crate) const EVIL: &str = "<img src=x onerror=alert(1)><b id=evil>\"'&\u{1b}[31m\u{202e}";

pub(crate) fn breaker(name: &str) -> &'static CircuitBreaker {
    registry().circuit_breaker_or_insert(name, BreakerPolicy::new())
}

#[retry(max_attempts = 3, base_delay = 1ms)]
#[circuit_breaker(name = "page: users", failure_threshold = 1000)]
#[timeout(2s)]
async fn user() -> Result<(), Problem> {
    Err("<b>no</b> connection".into())
}

#[bulkhead(name = "page: reports", max_concurrent = 2)]
async fn report_with_a_name_that_is_much_longer_than_the_narrow_screen_of_a_phone_is_wide() -> Result<(), Problem> {
    Ok(())
}

#[rate_limit(permits = 5, per = 1h)]
#[rate_limit(permits = 1, per = 1h)]
pub(crate) fn twice_limited() -> Result<(), Problem> {
    Ok(())
}

/// Serves the page until it is dropped.
pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    runtime: Runtime,
}

impl Program {
    pub(crate) fn start() -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    pub(crate) fn start_at(address: SocketAddr) -> Self {
        let runtime = Runtime::new().unwrap();
        let admin = resilient_admin::service().actions(Token::new(TOKEN).unwrap()).build().unwrap();
        let listener = runtime.block_on(TcpListener::bind(address)).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, admin.router()).await });
        Self { address, runtime }
    }

    pub(crate) fn page(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Calls each function once.
    pub(crate) fn work(&self) {
        self.runtime.block_on(async {
            user().await.unwrap_err();
            report_with_a_name_that_is_much_longer_than_the_narrow_screen_of_a_phone_is_wide().await.unwrap();
        });
    }

    /// Ends at once, connections included.
    pub(crate) fn stop(self) {
        self.runtime.shutdown_background();
    }
}
