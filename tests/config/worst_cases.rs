//! The worst case of each function with the settings in force.

use std::time::Duration;

use resilient::inspect::WorstCase;
use resilient::{
    Error, HedgePolicy, TimeoutPolicy, adaptive_throttle, bulkhead, circuit_breaker, fallback, hedge, rate_limit,
    retry, timeout,
};

use crate::Config;

type Answer = Result<u32, Error>;

const SECOND: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(1));

fn cached() -> Answer {
    std::hint::black_box(Ok(1))
}

fn asked(_: &Error) -> Option<Duration> {
    None
}

#[retry]
#[timeout(2s, cooperative)]
fn cooperative() -> Answer {
    Ok(1)
}

/// Functions whose worst case is known when they are compiled.
macro_rules! functions {
    ($($name:ident: $(#[$attribute:meta])+;)*) => {
        $($(#[$attribute])+
        async fn $name() -> Answer {
            Ok(1)
        })*

        #[tokio::test(start_paused = true)]
        async fn the_functions_answer() {
            $(assert_eq!($name().await.unwrap(), 1);)*
            assert_eq!(cooperative().unwrap(), 1);
        }
    };
}

functions! {
    plain: #[timeout(2s)];
    unlimited: #[retry];
    retried: #[retry] #[timeout(2s)];
    jittered: #[retry(max_attempts = 4, base_delay = 50ms, jitter = 0.5)] #[timeout(2s)];
    limited: #[timeout(5s)] #[retry] #[timeout(2s)];
    shorter: #[timeout(9s)] #[retry] #[timeout(2s)];
    listed: #[retry(max_attempts = 5, backoff = [1s, 5s, 10s])] #[timeout(2s)];
    linear: #[retry(max_attempts = 5, backoff = linear, base_delay = 300ms, max_delay = 1s)] #[timeout(2s)];
    decorrelated: #[retry(max_attempts = 5, backoff = decorrelated)] #[timeout(2s)];
    stepped: #[retry(base_delay = 0s)] #[timeout(2s, step = 1s)];
    elapsed: #[retry(max_elapsed = 3s)] #[timeout(2s)];
    without_end: #[retry(max_attempts = unlimited, max_elapsed = 1min)] #[timeout(2s)];
    growing: #[retry(max_attempts = unlimited, max_elapsed = 1min)] #[timeout(2s, step = 1s)];
    asking: #[retry(retry_after = asked)] #[timeout(1s)];
    waiting: #[retry(retry_refused(circuit_open))] #[circuit_breaker(name = "config: worst", failure_threshold = 2)] #[timeout(1s)];
    waiting_longer: #[retry(retry_refused(circuit_open), jitter = none)]
        #[circuit_breaker(name = "config: worst, longer", recovery_timeout = 5s, recovery_backoff = 2, max_recovery_timeout = 10s)] #[timeout(1s)];
    passed: #[retry(retry_refused(circuit_open))] #[fallback(value = 1, fallback_on(Error::Shed { .. }), fallback_refused(timed_out))]
        #[circuit_breaker(name = "config: worst")] #[timeout(1s)];
    kept: #[retry] #[fallback(value = 1, fallback_on(Error::Shed { .. }))]
        #[circuit_breaker(name = "config: worst")] #[timeout(1s)];
    answered: #[retry] #[fallback(cached, fallback_on(Error::TimedOut { .. }))] #[timeout(2s)];
    answered_twice: #[fallback(cached, cached)] #[timeout(2s)];
    queued: #[bulkhead(max_wait = 500ms)] #[timeout(1s)];
    queued_for_ever: #[bulkhead(max_wait = unlimited)] #[timeout(1s)];
    limited_by_rate: #[rate_limit(permits = 1000, per = 1s, max_wait = 250ms)] #[timeout(1s)];
    throttled: #[adaptive_throttle] #[timeout(1s)];
    hedged: #[hedge(delay = 100ms, max_hedges = 2)] #[timeout(2s)];
    hedged_freely: #[hedge(delay = 100ms, max_hedges = 2, budget = unlimited)] #[timeout(2s)];
    by_a_policy: #[retry] #[timeout(policy = SECOND)];
    of_a_policy: #[hedge(policy = HedgePolicy::new(Duration::from_millis(100)))] #[timeout(2s)];
}

fn worst_case(path: &str) -> WorstCase {
    let effective = resilient::config::effective();
    let found = effective.functions().iter().find(|it| it.function().path() == format!("config::worst_cases::{path}"));
    found.unwrap().worst_case()
}

/// Names each layer, so that all are computed anew, and changes none.
fn all_on() -> String {
    let layers = ["retry", "timeout", "circuit_breaker", "bulkhead", "rate_limit", "adaptive_throttle", "hedge"];
    layers.map(|layer| format!("[module.\"config::worst_cases\".{layer}]\nenabled = true\n")).concat()
}

#[test]
fn what_no_value_changes_is_as_the_attributes_compute_it() {
    let _config = Config::of(&all_on());
    let effective = resilient::config::effective();
    let here = |path: &str| path.starts_with("config::worst_cases::");
    let functions: Vec<_> = effective.functions().iter().filter(|it| here(it.function().path())).collect();
    assert!(functions.len() > 20);
    for function in functions {
        let written = function.function().worst_case();
        if matches!(written, WorstCase::Within { .. } | WorstCase::Unbounded { .. }) {
            assert_eq!(function.worst_case(), written, "{}", function.function());
        } else {
            assert!(function.worst_case().limit().is_some(), "a policy is known while the program runs");
        }
    }
}

#[test]
fn it_follows_the_settings_in_force() {
    let config = Config::alone();
    let of = |text: &str, path: &str| {
        config.apply(text).unwrap();
        let effective = worst_case(path);
        effective.limit().ok_or_else(|| effective.to_string())
    };
    let own = |path: &str, layer: &str, setting: &str| {
        format!("[function.\"config::worst_cases::{path}\".{layer}]\n{setting}\n")
    };
    let seconds = |seconds| Ok(Duration::from_secs_f64(seconds));

    assert_eq!(of("", "retried"), seconds(6.3));
    assert_eq!(of(&own("retried", "retry", "max_attempts = 2"), "retried"), seconds(4.1));
    assert_eq!(of(&own("retried", "timeout", "duration = \"1s\""), "retried"), seconds(3.3));
    assert_eq!(of(&own("retried", "retry", "enabled = false"), "retried"), seconds(2.0));
    assert_eq!(of(&own("retried", "retry", "max_elapsed = \"1s\""), "retried"), seconds(3.0));
    assert_eq!(of(&own("limited", "timeout.1", "enabled = false"), "limited"), seconds(6.3));
    assert_eq!(of(&own("stepped", "timeout", "step = \"2s\""), "stepped"), seconds(12.0));
    assert_eq!(of(&own("queued", "bulkhead", "max_wait = \"2s\""), "queued"), seconds(3.0));
    assert_eq!(of(&own("hedged", "hedge", "max_hedges = 1"), "hedged"), seconds(4.0));
    assert_eq!(of("[circuit_breaker.\"config: worst\"]\nrecovery_timeout = \"1s\"\n", "waiting"), seconds(5.3));
    assert_eq!(of("[circuit_breaker.\"config: worst\"]\nenabled = false\n", "waiting"), seconds(3.3));
    let refused = own("kept", "retry", "retry_refused = [\"circuit_open\"]");
    assert_eq!(of(&refused, "kept"), seconds(3.3), "no refusal comes through the fallback");
    let refused = own("retried", "retry", "retry_refused = [\"circuit_open\"]");
    assert_eq!(of(&refused, "retried"), seconds(6.3), "nothing below refuses so");
    let unbounded = "how long a call can take is unbounded, because";
    assert_eq!(
        of(&own("retried", "timeout", "enabled = false"), "retried"),
        Err(format!("{unbounded} its body has no timeout"))
    );
    assert_eq!(
        of(&own("queued", "bulkhead", "max_wait = \"unlimited\""), "queued"),
        Err(format!("{unbounded} nothing limits its wait for a slot"))
    );
    assert_eq!(of("enabled = false", "answered"), Err(format!("{unbounded} its body has no timeout")));
}

#[test]
fn the_listing_has_both_where_they_differ() {
    let _config = Config::of("[function.\"config::worst_cases::retried\".retry]\nmax_attempts = 2\n");
    let listing = resilient::config::effective().to_string();
    let line = "config::worst_cases::retried: a call takes 4.1s at most (as written, a call takes 6.3s at most)";
    assert!(listing.lines().any(|it| it == line), "{listing}");
    assert!(listing.lines().any(|it| it == "config::worst_cases::plain: a call takes 2s at most"), "{listing}");
}
