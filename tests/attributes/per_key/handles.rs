//! Statics that are state per key.

use super::*;

/// A breaker for each host.
#[circuit_breaker(failure_threshold = 1, max_keys = 100)]
static HOSTS: CircuitBreakers;

#[bulkhead(max_concurrent = 1, idle = 1min)]
static TENANTS: Bulkheads;

#[rate_limit(permits = 1, per = 1h)]
static USERS: RateLimiters;

#[circuit_breaker(HOSTS, key = host, failure_on(Fault::Own))]
#[bulkhead(TENANTS, key = tenant)]
#[rate_limit(USERS, key = user)]
async fn call(host: &str, tenant: Option<u64>, user: u32) -> Outcome {
    Err(Fault::Own)
}

#[tokio::test(start_paused = true)]
async fn a_static_has_state_for_each_key() {
    assert_eq!(call("a", None, 1).await, Err(Fault::Own));
    assert!(is(call("a", None, 2).await, ErrorKind::CircuitOpen));
    assert!(is(call("b", Some(1), 1).await, ErrorKind::RateLimited));
    assert_eq!(HOSTS.open(), ["a"]);
    assert_eq!(HOSTS.name(), "hosts");
    assert_eq!(HOSTS.policy(), BreakerPolicy::new().failure_threshold(1).per_key().max_keys(100));
    assert_eq!(TENANTS.policy(), BulkheadPolicy::new(1).per_key().idle(secs(60)));
    assert_eq!(USERS.policy(), RateLimitPolicy::new(1, secs(3600)).per_key());
    assert!(std::ptr::eq(&raw const *HOSTS, registry().keyed_circuit_breakers("hosts").expect("it is a handle")));
    assert!(registry().all_keyed_circuit_breakers().iter().any(|hosts| hosts.name() == "hosts"));
    assert!(registry().circuit_breaker("hosts").is_none(), "it is no breaker for all");
}

#[tokio::test(start_paused = true)]
async fn the_state_of_a_key_is_a_value_as_any_other() {
    #[circuit_breaker(failure_threshold = 1)]
    static VALUES: CircuitBreakers;

    #[circuit_breaker(VALUES.get(host))]
    async fn call(host: &str) -> Outcome {
        Err(Fault::Own)
    }

    let pipeline = |host: &str| Pipeline::<Fault>::new().breaker(VALUES.get(host)).build().expect("one layer");
    assert_eq!(call("a").await, Err(Fault::Own));
    assert!(refused(call("a").await));
    let outcome = pipeline("a").run(async || Ok(1)).await;
    assert!(matches!(outcome, Err(Failure::Refused(refusal)) if refusal.is_circuit_open()));
    assert_eq!(pipeline("b").run(async || Ok(1)).await, Ok(1));
    assert_eq!(VALUES.get("b").run(async { Ok::<_, Fault>(1) }).await, Ok(1));
}
