//! `key`: a circuit breaker for each host, and a bulkhead for each tenant.

use std::io;
use std::time::Duration;

use resilient::{CircuitBreakers, bulkhead, circuit_breaker, registry};

/// Two failures in a row stop the calls of a host for 10 s, and those of no other.
#[circuit_breaker(failure_threshold = 2, recovery_timeout = 10s)]
static HOSTS: CircuitBreakers;

#[circuit_breaker(HOSTS, key = host)]
async fn fetch(host: &str) -> io::Result<usize> {
    if host == "bad.example" { Err(io::ErrorKind::ConnectionRefused.into()) } else { Ok(host.len()) }
}

/// Each tenant has one query at a time. The key is found without allocating.
#[bulkhead(name = "tenant", key = format_args!("{tenant}/{region}"), max_concurrent = 1)]
async fn query(tenant: u32, region: &str, takes: Duration) -> io::Result<u32> {
    tokio::time::sleep(takes).await;
    Ok(tenant)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for host in ["bad.example", "good.example", "bad.example", "bad.example", "good.example"] {
        let answer = fetch(host).await.map_or_else(|error| error.to_string(), |bytes| format!("{bytes} bytes"));
        println!("{host}: {answer}");
    }
    println!("open: {:?}, {:?}", HOSTS.open(), HOSTS.stats());

    let short = Duration::from_millis(10);
    let (first, second, other) = tokio::join!(query(7, "eu", short), query(7, "eu", short), query(8, "eu", short));
    println!("tenant 7: {first:?}, and at the same time {second:?}; tenant 8: {other:?}");

    for host in 0..100_000 {
        let _ = fetch(&format!("host-{host}.example")).await;
    }
    println!("100,000 healthy hosts later, {} are kept", HOSTS.len());
    if let Some(tenants) = registry().keyed_bulkheads("tenant") {
        println!("tenants: {:?}", tenants.stats());
    }
}
