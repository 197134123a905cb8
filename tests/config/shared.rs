//! State that is shared by its name: changed without being lost, and switched off.

use std::time::Duration;

use resilient::{
    BreakerPolicy, CircuitBreaker, CircuitState, Error, adaptive_throttle, bulkhead, circuit_breaker, fallback, hedge,
    rate_limit, registry, retry, retry_budget,
};

use crate::{Config, refusal};

#[circuit_breaker(name = "config: breaker", failure_threshold = 3)]
fn broken() -> Result<u32, Error> {
    Err(refusal())
}

#[test]
fn a_breaker_keeps_its_state_its_totals_and_its_failures_in_a_row() {
    let config = Config::alone();
    let breaker = registry().circuit_breaker("config: breaker").unwrap();
    (0..2).for_each(|_| drop(broken()));
    config.apply("[circuit_breaker.\"config: breaker\"]\nfailure_threshold = 4").unwrap();
    assert_eq!(breaker.policy(), BreakerPolicy::new().failure_threshold(4));
    drop(broken());
    assert_eq!(breaker.state(), CircuitState::Closed, "three of four");
    drop(broken());
    assert_eq!(breaker.state(), CircuitState::Open);
    let stats = breaker.stats();
    config.apply("[circuit_breaker.\"config: breaker\"]\nfailure_rate = 0.5\nwindow = \"10s\"").unwrap();
    assert_eq!((breaker.state(), breaker.stats()), (CircuitState::Open, stats));
    config.apply("[circuit_breaker.\"config: breaker\"]\nenabled = false").unwrap();
    let inner = broken().unwrap_err();
    assert_eq!(inner.name(), "none", "the body ran");
    assert_eq!(breaker.stats(), stats, "as if the attribute were not there");
    config.apply("").unwrap();
    assert_eq!(broken().unwrap_err().name(), "config: breaker");
    breaker.reset();
}

#[test]
fn a_window_of_the_same_size_keeps_its_calls_and_another_begins_empty() {
    let config = Config::alone();
    let name = "config: window";
    let policy = BreakerPolicy::new().failure_rate(0.5).count_window(4);
    let breaker = registry().circuit_breaker_or_insert(name, policy);
    let apply = |text: &str| config.apply(&format!("[circuit_breaker.{name:?}]\n{text}")).unwrap();
    let open_after = |failures: u32| {
        (0..failures).for_each(|_| breaker.record_failure());
        breaker.state() == CircuitState::Open
    };
    assert!(!open_after(2));
    apply("min_calls = 3");
    assert!(open_after(1), "the two from before count");
    breaker.reset();
    assert!(!open_after(2));
    apply("min_calls = 3\nwindow = 5");
    assert!(!open_after(2), "the two from before are gone");
    assert!(open_after(1));
    breaker.reset();
    apply("min_calls = 3\nwindow = 4");
    assert!(!open_after(2), "a window that comes back is empty, too");
    breaker.reset();
}

#[bulkhead(name = "config: slots", max_concurrent = 1)]
fn in_a_slot(inside: impl FnOnce() -> Result<u32, Error>) -> Result<u32, Error> {
    inside()
}

#[test]
fn a_bulkhead_has_more_slots_and_fewer_and_those_in_flight_go_on() {
    let config = Config::alone();
    let bulkhead = registry().bulkhead("config: slots").unwrap();
    config.apply("[bulkhead.\"config: slots\"]\nmax_concurrent = 3").unwrap();
    let slots: Vec<_> = (0..3).map(|_| bulkhead.try_acquire().unwrap()).collect();
    config.apply("[bulkhead.\"config: slots\"]\nmax_concurrent = 2\nmax_queue = 0").unwrap();
    assert_eq!((bulkhead.in_flight(), bulkhead.limit()), (3, 2));
    assert!(in_a_slot(|| Ok(1)).unwrap_err().is_bulkhead_full());
    drop(slots);
    assert_eq!(in_a_slot(|| in_a_slot(|| Ok(2))).unwrap(), 2);
    config.apply("").unwrap();
    assert!(in_a_slot(|| in_a_slot(|| Ok(2))).unwrap_err().is_bulkhead_full());
}

#[rate_limit(name = "config: rate", permits = 2, per = 1h)]
fn limited() -> Result<u32, Error> {
    Ok(1)
}

#[test]
fn a_rate_limit_counts_what_was_taken_by_the_new_rate() {
    let config = Config::alone();
    let limiter = registry().rate_limiter("config: rate").unwrap();
    assert!(limited().is_ok() && limited().is_ok() && limited().is_err());
    let apply = |text: &str| config.apply(&format!("[rate_limit.\"config: rate\"]\n{text}")).unwrap();
    apply("permits = 3");
    assert_eq!(limiter.available(), Some(1));
    apply("permits = 1");
    assert_eq!(limiter.available(), Some(0));
    assert!(limited().unwrap_err().is_rate_limited());
    apply("permits = 5\nburst = 5");
    assert_eq!(limiter.available(), Some(3));
    apply("permits = 5");
    assert_eq!(limiter.available(), Some(3));
    apply("enabled = false");
    assert!((0..9).all(|_| limited().is_ok()));
    assert_eq!(limiter.available(), Some(0), "as written: two, both taken");
}

#[adaptive_throttle(name = "config: throttle", min_calls = 1)]
fn throttled() -> Result<u32, Error> {
    Ok(1)
}

#[test]
#[expect(clippy::float_cmp, reason = "the shares are those of the settings")]
fn a_throttle_sheds_by_the_settings_of_now() {
    let config = Config::alone();
    let throttle = registry().adaptive_throttle("config: throttle").unwrap();
    (0..1_000).for_each(|_| throttle.record_failure());
    assert_eq!(throttle.share(), 0.9);
    config.apply("[adaptive_throttle.\"config: throttle\"]\nmax_share = 0.5").unwrap();
    assert_eq!(throttle.share(), 0.5);
    config.apply("[adaptive_throttle.\"config: throttle\"]\nenabled = false").unwrap();
    assert!((0..1_000).all(|_| throttled().is_ok()));
    config.apply("[adaptive_throttle.\"config: throttle\"]\nwindow = \"1min\"").unwrap();
    assert_eq!(throttle.share(), 0.0, "another window begins empty");
}

#[retry(max_attempts = 9, base_delay = 1ms, budget(name = "config: budget", share = 0.0, min_per_second = 1, burst = 3))]
fn budgeted() -> Result<u32, Error> {
    Err(refusal())
}

#[test]
fn a_budget_keeps_what_was_earned_up_to_what_it_may_keep() {
    let config = Config::alone();
    drop(budgeted());
    let budget = registry().retry_budget("config: budget").unwrap();
    config.apply("[retry_budget.\"config: budget\"]\nshare = 2.0").unwrap();
    let before = budget.available();
    budget.record_call();
    assert!(budget.available() >= before + 2);
    config.apply("[retry_budget.\"config: budget\"]\nburst = 1").unwrap();
    assert_eq!(budget.available(), 1);
}

#[hedge(name = "config: hedge", delay = 1h)]
async fn hedged() -> Result<u32, Error> {
    tokio::time::sleep(Duration::from_secs(60)).await;
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn a_hedge_begins_when_the_configuration_says_so() {
    let config = Config::alone();
    let hedge = registry().hedge("config: hedge").unwrap();
    hedged().await.unwrap();
    assert_eq!(hedge.stats().hedges, 0);
    config.apply("[hedge.\"config: hedge\"]\ndelay = \"1s\"").unwrap();
    hedged().await.unwrap();
    assert_eq!(hedge.stats().hedges, 1);
    config.apply("[hedge.\"config: hedge\"]\ndelay = \"1s\"\nenabled = false").unwrap();
    hedged().await.unwrap();
    assert_eq!(hedge.stats().hedges, 1);
}

#[fallback(value = 7)]
#[circuit_breaker(name = "config: all off", failure_threshold = 1)]
#[rate_limit(permits = 1, per = 1h)]
fn answered() -> Result<u32, Error> {
    Err(refusal())
}

#[test]
fn only_fallbacks_act_when_all_is_switched_off() {
    let config = Config::alone();
    let breaker = registry().circuit_breaker("config: all off").unwrap();
    config.apply("enabled = false").unwrap();
    assert!((0..5).all(|_| answered().unwrap() == 7));
    assert_eq!(breaker.stats().total_calls, 0);
    config.apply("").unwrap();
    assert_eq!(answered().unwrap(), 7);
    assert_eq!(breaker.state(), CircuitState::Open);
}

#[retry_budget(share = 0.1)]
static CONFIG_TOKENS: resilient::RetryBudget;

#[circuit_breaker(failure_threshold = 9)]
static CONFIG_USERS: CircuitBreaker;

#[circuit_breaker(CONFIG_USERS)]
fn by_handle() -> Result<u32, Error> {
    Ok(1)
}

#[test]
fn a_handle_is_changed_by_its_name_and_its_attributes_are_switched_off() {
    let config = Config::of("[circuit_breaker.config_users]\nfailure_threshold = 2");
    assert_eq!(CONFIG_USERS.policy(), BreakerPolicy::new().failure_threshold(2));
    CONFIG_USERS.force_open();
    assert!(by_handle().is_err());
    config.apply("[circuit_breaker.config_users]\nenabled = false").unwrap();
    assert!(by_handle().is_ok());
    assert!(CONFIG_USERS.state().is_open(), "it is still there for the program");
    CONFIG_USERS.reset();
    let error = config.apply("[retry_budget.config_tokens]\nenabled = false").unwrap_err();
    assert!(error.to_string().contains("nothing to switch"), "{error}");
}
