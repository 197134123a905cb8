//! The client of the archive: two more calls, with the attributes for traffic.

use std::net::SocketAddr;

use resilient::{Hedge, RateLimiter, hedge, rate_limit, retry};

use crate::client::{ApiError, checked};
use crate::http;

/// After 25 ms a call asks the other replica, at most one call in five.
#[hedge(delay = 25ms, budget(share = 0.2))]
pub static READS: Hedge;

/// Somewhat fewer exports than the archive answers, because requests may arrive closer together than they were sent.
#[rate_limit(permits = 20, per = 250ms, max_wait = 10s)]
pub static EXPORTS: RateLimiter;

pub struct Reader {
    pub replicas: [SocketAddr; 2],
}

impl Reader {
    /// Each attempt asks the next replica, and the first answer counts.
    #[hedge(READS, over(replica in &self.replicas))]
    pub async fn history(&self, symbol: &'static str) -> Result<String, ApiError> {
        get(*replica, &format!("/history/{symbol}")).await
    }

    /// Waits in line instead of being turned away. If the archive says "too many" all the same, everybody waits.
    #[retry(max_attempts = 10, base_delay = 20ms, retry_on(ApiError::Throttled { .. }))]
    #[rate_limit(EXPORTS, paused_on(ApiError::Throttled { .. }), retry_after = ApiError::retry_after)]
    pub async fn export(&self, symbol: &'static str) -> Result<String, ApiError> {
        self.get_export(symbol).await
    }

    /// The same calls without attributes.
    pub async fn get_history(&self, symbol: &'static str) -> Result<String, ApiError> {
        get(self.replicas[0], &format!("/history/{symbol}")).await
    }

    pub async fn get_export(&self, symbol: &'static str) -> Result<String, ApiError> {
        get(self.replicas[0], &format!("/export/{symbol}")).await
    }
}

async fn get(server: SocketAddr, path: &str) -> Result<String, ApiError> {
    Ok(checked(http::send(server, "GET", path).await?)?.body)
}
