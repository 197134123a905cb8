//! State per key: a change is for the keys of now and for those that come.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use resilient::{
    BreakerPolicy, BulkheadPolicy, CircuitState, Error, RateLimitPolicy, bulkhead, circuit_breaker, rate_limit,
    registry,
};

use crate::shown::value_of;
use crate::{Config, refusal};

#[circuit_breaker(name = "config: hosts", key = host, failure_threshold = 3)]
fn fetch(host: &str) -> Result<(), Error> {
    let _ = host;
    Err(refusal())
}

#[test]
fn breakers_of_all_keys_have_the_threshold_and_keep_what_they_have_seen() {
    let config = Config::alone();
    let hosts = registry().keyed_circuit_breakers("config: hosts").unwrap();
    hosts.reset_all();
    drop(fetch("known"));
    config.apply("[circuit_breaker.\"config: hosts\"]\nfailure_threshold = 2").unwrap();
    assert_eq!(hosts.get("known").policy(), BreakerPolicy::new().failure_threshold(2));
    drop(fetch("known"));
    assert_eq!(hosts.get("known").state(), CircuitState::Open, "the failure from before counts");
    (0..2).for_each(|_| drop(fetch("new")));
    assert_eq!(hosts.get("new").state(), CircuitState::Open);
    assert_eq!(hosts.stats().failed_calls, 4);
    assert_eq!(value_of("config: hosts", "circuit_breaker", "failure_threshold"), "2");
    config.apply("").unwrap();
    assert_eq!(hosts.get("known").policy(), BreakerPolicy::new().failure_threshold(3));
    assert_eq!(hosts.get("newer").policy(), BreakerPolicy::new().failure_threshold(3));
    assert_eq!(hosts.get("known").state(), CircuitState::Open, "it stays open");
    config.apply("[circuit_breaker.\"config: hosts\"]\nenabled = false").unwrap();
    assert_eq!(fetch("known").unwrap_err().name(), "none", "the body ran");
}

#[test]
fn how_many_keys_are_kept_and_how_long_changes() {
    let config = Config::alone();
    let hosts = registry().keyed_circuit_breakers_or_insert(
        "config: many hosts",
        BreakerPolicy::new().failure_threshold(1).per_key().max_keys(4),
    );
    let open = |count: u32| (0..count).for_each(|host| hosts.get(host).record_failure());
    open(6);
    assert_eq!(hosts.overflowed(), 2, "all four protect");
    config.apply("[circuit_breaker.\"config: many hosts\"]\nmax_keys = 6").unwrap();
    open(6);
    assert_eq!((hosts.len(), hosts.overflowed()), (6, 2));
    config.apply("[circuit_breaker.\"config: many hosts\"]\nmax_keys = 5").unwrap();
    open(7);
    assert_eq!((hosts.len(), hosts.overflowed()), (6, 3), "none that protects goes, and none comes");
    hosts.reset_all();
    config.apply("[circuit_breaker.\"config: many hosts\"]\nidle = \"1ms\"").unwrap();
    assert_eq!(
        hosts.policy(),
        BreakerPolicy::new().failure_threshold(1).per_key().max_keys(4).idle(Duration::from_millis(1))
    );
}

#[bulkhead(name = "config: tenants", key = tenant, max_concurrent = 1)]
fn of_tenant(tenant: &str, inside: impl FnOnce() -> Result<u32, Error>) -> Result<u32, Error> {
    let _ = tenant;
    inside()
}

#[test]
fn bulkheads_of_all_keys_have_more_slots_and_fewer() {
    let config = Config::alone();
    let nested = |tenant| of_tenant(tenant, || of_tenant(tenant, || Ok(1)));
    assert!(nested("known").unwrap_err().is_bulkhead_full());
    config.apply("[bulkhead.\"config: tenants\"]\nmax_concurrent = 2").unwrap();
    assert!(nested("known").is_ok() && nested("new").is_ok());
    config.apply("").unwrap();
    assert!(nested("known").is_err() && nested("new").is_err() && nested("newer").is_err());
    let tenants = registry().keyed_bulkheads("config: tenants").unwrap();
    assert_eq!(tenants.get("known").policy(), BulkheadPolicy::new(1));
}

#[rate_limit(name = "config: users", key = user, permits = 1, per = 1h)]
fn of_user(user: &str) -> Result<(), Error> {
    let _ = user;
    Ok(())
}

#[test]
fn limits_of_all_keys_count_what_was_taken() {
    let config = Config::alone();
    assert!(of_user("ann").is_ok() && of_user("ann").is_err());
    config.apply("[rate_limit.\"config: users\"]\npermits = 3").unwrap();
    assert!(of_user("ann").is_ok() && of_user("ann").is_ok() && of_user("ann").is_err());
    assert!((0..3).all(|_| of_user("bob").is_ok()) && of_user("bob").is_err());
    let error = config.apply("[rate_limit.\"config: users\"]\npermits = 1025").unwrap_err();
    assert!(error.to_string().contains(&RateLimitPolicy::MAX_WINDOW_PER_KEY.to_string()), "{error}");
}

#[circuit_breaker(name = "config: one for all")]
fn for_all() -> Result<(), Error> {
    Ok(())
}

#[test]
fn one_state_for_all_has_no_keys_to_keep() {
    let config = Config::alone();
    let error = config.apply("[circuit_breaker.\"config: one for all\"]\nmax_keys = 7").unwrap_err();
    assert!(error.to_string().contains("this is one for all"), "{error}");
    // Of all breakers those change that have keys.
    config.apply("[module.\"config::keyed\".circuit_breaker]\nmax_keys = 7").unwrap();
    assert_eq!(
        registry().keyed_circuit_breakers("config: hosts").unwrap().policy().each(),
        BreakerPolicy::new().failure_threshold(3)
    );
    assert_eq!(value_of("config: hosts", "circuit_breaker", "max_keys"), "7");
    for_all().unwrap();
}

#[test]
fn keys_that_come_during_a_change_have_its_settings() {
    let config = Config::alone();
    let policy = BreakerPolicy::new().per_key();
    let hosts = registry().keyed_circuit_breakers_or_insert("config: storm of keys", policy);
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        for thread in 0..3_u32 {
            let is_done = &is_done;
            scope.spawn(move || {
                for key in (0..).take_while(|_| !is_done.load(Ordering::Relaxed)) {
                    hosts.get((thread << 24) | (key % 500)).record_failure();
                }
            });
        }
        for round in 0..40 {
            let threshold = 1_000_000 + round % 7;
            config
                .apply(&format!("[circuit_breaker.\"config: storm of keys\"]\nfailure_threshold = {threshold}"))
                .unwrap();
            let wanted = BreakerPolicy::new().failure_threshold(threshold);
            for thread in 0..3_u32 {
                for key in (0..500).step_by(50) {
                    assert_eq!(hosts.get((thread << 24) | key).policy(), wanted);
                }
            }
        }
        is_done.store(true, Ordering::Relaxed);
    });
}
