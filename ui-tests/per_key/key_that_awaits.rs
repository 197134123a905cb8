//! A setting is evaluated by the attribute, which does not wait for it.
//!
//! fix: #[circuit_breaker(name = "hosts", key = tenant)]

use resilient::{Error, circuit_breaker, rate_limit, retry, timeout};

async fn of_the_tenant(tenant: u32) -> u32 {
    tenant
}

#[circuit_breaker(name = "hosts", key = of_the_tenant(tenant).await)]
async fn keyed(tenant: u32) -> Result<(), Error> {
    let _ = tenant;
    Ok(())
}

#[rate_limit(name = "tenants", permits = 5, cost = 1 + of_the_tenant(tenant).await)]
async fn weighed(tenant: u32) -> Result<(), Error> {
    let _ = tenant;
    Ok(())
}

#[retry(max_attempts = of_the_tenant(tenant).await, retry_if = |_| of_the_tenant(tenant).await > 0)]
#[timeout(std::time::Duration::from_secs(of_the_tenant(tenant).await.into()))]
async fn repeated(tenant: u32) -> Result<(), Error> {
    let _ = tenant;
    Ok(())
}

fn main() {}
