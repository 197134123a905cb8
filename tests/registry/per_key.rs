//! State per key in the registry, and in the descriptions of functions.

use resilient::inspect::{Layer, LayerKind, functions};
use resilient::{
    BreakerPolicy, BulkheadPolicy, Bulkheads, CircuitBreakers, Error, RateLimitPolicy, bulkhead, circuit_breaker,
    rate_limit, registry,
};

type Outcome = Result<(), Error>;

#[bulkhead(max_concurrent = 2)]
static DESCRIBED_TENANTS: Bulkheads;

#[circuit_breaker(name = "described: hosts", key = host.trim(), failure_threshold = 2, max_keys = 500)]
#[bulkhead(DESCRIBED_TENANTS, key = format_args!("{tenant}"))]
#[rate_limit(key = Some(tenant), permits = 5)]
fn described(host: &str, tenant: u64) -> Outcome {
    let _ = (host, tenant);
    Ok(())
}

#[circuit_breaker(name = "described: hosts", key = host)]
fn by_name(host: &str) -> Outcome {
    let _ = host;
    Ok(())
}

fn layers(function: &str) -> &'static [Layer] {
    let path = format!("{}::{function}", module_path!());
    functions().find(|function| function.path() == path).expect("it is annotated").layers()
}

#[test]
fn functions_say_what_the_key_is() {
    let [breaker, bulkhead, limit] = layers("described") else { panic!("it has three layers") };
    assert_eq!((breaker.kind(), breaker.name()), (LayerKind::CircuitBreaker, Some("described: hosts")));
    let settings = |layer: &Layer| ["key", "max_keys", "idle"].map(|name| layer.setting(name));
    assert_eq!(settings(breaker), [Some("host.trim()"), Some("500"), Some("10min")]);
    assert_eq!((bulkhead.held(), bulkhead.name()), (Some("DESCRIBED_TENANTS"), Some("described_tenants")));
    assert_eq!(settings(bulkhead)[0], Some("format_args!(\"{tenant}\")"));
    assert_eq!(limit.name(), None, "it belongs to the function");
    assert_eq!(settings(limit), [Some("Some(tenant)"), Some("10000"), Some("10min")]);
    let [breaker] = layers("by_name") else { panic!("it has one layer") };
    assert_eq!(settings(breaker), [Some("host"), None, None], "they are given elsewhere");
}

#[test]
fn the_settings_of_a_name_stand_at_one_place() {
    assert_eq!(by_name("a"), Ok(()));
    let hosts = registry().keyed_circuit_breakers("described: hosts").expect("an attribute names it");
    assert_eq!(hosts.policy(), BreakerPolicy::new().failure_threshold(2).per_key().max_keys(500));
    assert_eq!(described("a", 7), Ok(()));
    assert!(registry().keyed_circuit_breakers("described").is_none());
    assert!(registry().circuit_breaker("described: hosts").is_none(), "it is none for all keys");
    assert!(registry().all_keyed_circuit_breakers().iter().any(|it| std::ptr::eq(*it, hosts)));
    assert!(registry().all_keyed_bulkheads().iter().any(|it| it.name() == "described_tenants"));
    assert!(std::ptr::eq(
        registry().keyed_bulkheads("described_tenants").expect("a handle"),
        &raw const *DESCRIBED_TENANTS
    ));
}

#[test]
fn the_defaults_of_policies_are_those_that_attributes_describe() {
    let policy = BreakerPolicy::new().per_key();
    assert_eq!(policy, policy.max_keys(10_000).idle(std::time::Duration::from_secs(600)));
}

#[test]
fn state_per_key_can_be_made_by_hand() {
    let users = registry().keyed_rate_limiters_or_insert("by hand: users", RateLimitPolicy::HOLDS_ONLY.per_key());
    assert!(std::ptr::eq(users, registry().keyed_rate_limiters("by hand: users").expect("it was made")));
    assert!(registry().all_keyed_rate_limiters().iter().any(|it| std::ptr::eq(*it, users)));
    let tenants = registry().keyed_bulkheads_or_insert("by hand: tenants", BulkheadPolicy::new(3).per_key());
    assert_eq!(tenants.get("a").limit(), 3);
    assert_eq!(tenants.name(), "by hand: tenants");
}

#[test]
#[should_panic(expected = "circuit breaker by key `conflict: hosts` has settings from")]
fn other_settings_for_a_name_are_reported() {
    registry().keyed_circuit_breakers_or_insert("conflict: hosts", BreakerPolicy::new().per_key());
    registry().keyed_circuit_breakers_or_insert("conflict: hosts", BreakerPolicy::new().per_key().max_keys(7));
}

#[test]
fn a_value_is_in_no_registry() {
    let hosts = CircuitBreakers::new("a value of hosts", BreakerPolicy::new().per_key());
    assert_eq!(hosts.name(), "a value of hosts");
    assert!(registry().keyed_circuit_breakers("a value of hosts").is_none());
}
