//! Each setting of each layer, given by an attribute, by a file and by a variable: the settings in force are the same.

use resilient::Error;

use crate::Config;
use crate::shown::layer_of;

/// The settings in force of the layer of this kind.
fn in_force(kind: &str, name: &str) -> Vec<(&'static str, String)> {
    let layer = layer_of(name, kind);
    layer.settings().iter().map(|setting| (setting.name(), setting.value().to_owned())).collect()
}

/// Compares the layer that is written so with the one that is configured so.
fn compare(kind: &str, test: &str, (setting, in_file, in_variable): (&str, &str, &str), is_named: bool) {
    let config = Config::alone();
    let (written, configured) = (format!("{test} written"), format!("{test} configured"));
    // State that is given no settings is shown once it is made.
    let _ = (resilient::registry().circuit_breaker(&configured), resilient::registry().retry_budget(&configured));
    let path = |function: &str| format!("config::same::{test}::{function}");
    let (written, configured, section, variable) = if is_named {
        let variable = format!("{}_CONFIGURED", test.to_uppercase());
        let section = format!("{kind}.\"{configured}\"");
        (written, configured, section, variable)
    } else {
        let function = path("configured");
        let variable = function.replace("::", "_").to_uppercase();
        (path("written"), path("configured"), format!("function.\"{function}\".{kind}"), variable)
    };
    let (wanted, before) = (in_force(kind, &written), in_force(kind, &configured));
    assert_ne!(wanted, before, "the value is not that of the other");
    config.apply(&format!("[{section}]\n{setting} = {in_file}")).unwrap();
    assert_eq!(in_force(kind, &configured), wanted, "by a file");
    config.apply("").unwrap();
    assert_eq!(in_force(kind, &configured), before);
    let name = format!("RESILIENT_{}_{variable}_{}", kind.to_uppercase(), setting.to_uppercase());
    config.with("", &[(&name, in_variable)]).unwrap();
    assert_eq!(in_force(kind, &configured), wanted, "by a variable");
}

const SECOND: resilient::TimeoutPolicy = resilient::TimeoutPolicy::new(std::time::Duration::from_secs(1));

/// A test for each setting: the attribute with what both have, the setting as it is written, in a file, and in a variable.
macro_rules! same {
    ($($test:ident: $kind:ident($($base:tt)*) $setting:literal: ($($written:tt)*), $file:literal, $variable:literal;)*) => {
        const OF_FUNCTIONS: &[(&str, &str)] = &[$((stringify!($kind), $setting)),*];

        $(mod $test {
            use super::Error;

            #[resilient::$kind($($base)* $($written)*)]
            pub(super) async fn written() -> Result<(), Error> {
                Ok(())
            }

            #[resilient::$kind($($base)*)]
            pub(super) async fn configured() -> Result<(), Error> {
                Ok(())
            }
        }

        #[test]
        fn $test() {
            drop(($test::written(), $test::configured()));
            compare(stringify!($kind), stringify!($test), ($setting, $file, $variable), false);
        })*
    };
}

same! {
    attempts: retry() "max_attempts": (max_attempts = 7), "7", "7";
    unlimited: retry(max_elapsed = 1min,) "max_attempts": (max_attempts = unlimited), "\"unlimited\"", "unlimited";
    backoff: retry() "backoff": (backoff = linear), "\"linear\"", "linear";
    base_delay: retry() "base_delay": (base_delay = 1.5s), "\"1.5s\"", "1s 500ms";
    max_delay: retry() "max_delay": (max_delay = 150ms), "\"150ms\"", "150ms";
    exponential_base: retry() "exponential_base": (exponential_base = 3), "3", "3.0";
    jitter: retry() "jitter": (jitter = equal), "\"equal\"", "equal";
    jitter_factor: retry() "jitter": (jitter = 0.25), "0.25", "0.25";
    max_elapsed: retry() "max_elapsed": (max_elapsed = 2min), "\"2min\"", "120s";
    deadline: retry() "deadline": (deadline = ignore), "\"ignore\"", "ignore";
    max_retry_after: retry(retry_after = |_| None,) "max_retry_after": (max_retry_after = 1min), "\"1min\"", "60s";
    duration: timeout(policy = super::SECOND,) "duration": (duration = 1500ms), "\"1500ms\"", "1.5s";
    ratio: adaptive_throttle() "ratio": (ratio = 1.5), "1.5", "1.5";
    throttle_window: adaptive_throttle() "window": (window = 10s), "\"10s\"", "10s";
    throttle_min_calls: adaptive_throttle() "min_calls": (min_calls = 7), "7", "7";
    max_share: adaptive_throttle() "max_share": (max_share = 0.5), "0.5", "0.5";
    per: rate_limit(permits = 5,) "per": (per = 1min), "\"1min\"", "1min";
    burst: rate_limit(permits = 5,) "burst": (burst = 3), "3", "3";
    rate_max_wait: rate_limit(permits = 5,) "max_wait": (max_wait = 2s), "\"2s\"", "2s";
    rate_unlimited_wait: rate_limit(permits = 5,) "max_wait": (max_wait = unlimited), "\"unlimited\"", "unlimited";
    rate_max_queue: rate_limit(permits = 5, max_wait = 2s,) "max_queue": (max_queue = 9), "9", "9";
    default_retry_after: rate_limit(permits = 5, paused_if = |_| false,) "default_retry_after": (default_retry_after = 1s), "\"1s\"", "1s";
    rate_max_retry_after: rate_limit(permits = 5, paused_if = |_| false,) "max_retry_after": (max_retry_after = 1min), "\"1min\"", "1min";
    max_concurrent: bulkhead() "max_concurrent": (max_concurrent = 3), "3", "3";
    slot_max_wait: bulkhead() "max_wait": (max_wait = 2s), "\"2s\"", "2s";
    slot_unlimited_wait: bulkhead() "max_wait": (max_wait = unlimited), "\"unlimited\"", "unlimited";
    slot_max_queue: bulkhead(max_wait = 2s,) "max_queue": (max_queue = 9), "9", "9";
    keep_alive: bulkhead(threads = 2,) "keep_alive": (keep_alive = 1min), "\"1min\"", "60s";
    overload_after: bulkhead(max_concurrent = adaptive(max = 20),) "overload_after": (overload_after = 2s), "\"2s\"", "2s";
    max_hedges: hedge(delay = 1s,) "max_hedges": (max_hedges = 2), "2", "2";
    delay: hedge(policy = resilient::HedgePolicy::new(std::time::Duration::from_secs(9)),) "delay": (delay = 1s), "\"1s\"", "1s";
}

mod step {
    use super::Error;

    #[resilient::retry]
    #[resilient::timeout(1s, step = 3s)]
    pub(super) async fn written() -> Result<(), Error> {
        Ok(())
    }

    #[resilient::retry]
    #[resilient::timeout(1s, step = 1s)]
    pub(super) async fn configured() -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn step() {
    drop((step::written(), step::configured()));
    compare("timeout", "step", ("step", "\"3s\"", "3s"), false);
}

mod refused {
    use super::Error;

    #[resilient::retry(retry_refused(circuit_open))]
    #[resilient::circuit_breaker(name = "config: refused")]
    pub(super) async fn written() -> Result<(), Error> {
        Ok(())
    }

    #[resilient::retry(retry_refused(timed_out))]
    #[resilient::timeout(1s)]
    pub(super) async fn configured() -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn refused() {
    drop((refused::written(), refused::configured()));
    compare("retry", "refused", ("retry_refused", "[\"circuit_open\"]", "circuit_open"), false);
}

mod slow_calls {
    use super::Error;

    #[resilient::circuit_breaker(name = "slow_calls written", slow_call = 2s, slow_call_rate = 0.5)]
    pub(super) async fn written() -> Result<(), Error> {
        Ok(())
    }

    #[resilient::circuit_breaker(name = "slow_calls configured")]
    pub(super) async fn configured() -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn slow_calls() {
    drop((slow_calls::written(), slow_calls::configured()));
    let both = "\"2s\"\nslow_call_rate = 0.5";
    let config = Config::alone();
    let wanted = in_force("circuit_breaker", "slow_calls written");
    config.apply(&format!("[circuit_breaker.\"slow_calls configured\"]\nslow_call = {both}")).unwrap();
    assert_eq!(in_force("circuit_breaker", "slow_calls configured"), wanted);
    let variable = |setting: &str| format!("RESILIENT_CIRCUIT_BREAKER_SLOW_CALLS_CONFIGURED_{setting}");
    config.with("", &[(&variable("SLOW_CALL"), "2s"), (&variable("SLOW_CALL_RATE"), "0.5")]).unwrap();
    assert_eq!(in_force("circuit_breaker", "slow_calls configured"), wanted);
}

mod permits {
    use super::Error;

    #[resilient::rate_limit(permits = 3)]
    pub(super) async fn written() -> Result<(), Error> {
        Ok(())
    }

    #[resilient::rate_limit(permits = 5)]
    pub(super) async fn configured() -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn permits() {
    drop((permits::written(), permits::configured()));
    compare("rate_limit", "permits", ("permits", "3", "3"), false);
}

mod threads {
    use super::Error;

    #[resilient::bulkhead(threads = 5)]
    pub(super) async fn written() -> Result<(), Error> {
        Ok(())
    }

    #[resilient::bulkhead(threads = 2)]
    pub(super) async fn configured() -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn threads() {
    drop((threads::written(), threads::configured()));
    compare("bulkhead", "threads", ("threads", "5", "5"), false);
}

/// The same for state with a name.
macro_rules! same_breaker {
    ($($test:ident: ($($base:tt)*) $setting:literal: ($($written:tt)*), $file:literal, $variable:literal;)*) => {
        const OF_BREAKERS: &[(&str, &str)] = &[$(("circuit_breaker", $setting)),*];

        $(mod $test {
            use super::Error;

            #[resilient::circuit_breaker(name = concat!(stringify!($test), " written"), $($base)* $($written)*)]
            pub(super) async fn written() -> Result<(), Error> {
                Ok(())
            }

            #[resilient::circuit_breaker(name = concat!(stringify!($test), " configured"), $($base)*)]
            pub(super) async fn configured() -> Result<(), Error> {
                Ok(())
            }
        }

        #[test]
        fn $test() {
            drop(($test::written(), $test::configured()));
            compare("circuit_breaker", stringify!($test), ($setting, $file, $variable), true);
        })*
    };
}

same_breaker! {
    failure_threshold: () "failure_threshold": (failure_threshold = 9), "9", "9";
    failure_rate: () "failure_rate": (failure_rate = 0.5), "0.5", "0.5";
    count_window: (failure_rate = 0.5,) "window": (window = 50), "50", "50";
    time_window: (failure_rate = 0.5,) "window": (window = 10s), "\"10s\"", "10s";
    min_calls: (failure_rate = 0.5,) "min_calls": (min_calls = 7), "7", "7";
    recovery_timeout: () "recovery_timeout": (recovery_timeout = 5s), "\"5s\"", "5s";
    recovery_backoff: () "recovery_backoff": (recovery_backoff = 2.0), "2.0", "2";
    max_recovery_timeout: (recovery_backoff = 2.0,) "max_recovery_timeout": (max_recovery_timeout = 5min), "\"5min\"", "5min";
    half_open_max_calls: () "half_open_max_calls": (half_open_max_calls = 5), "5", "5";
    probe_timeout: () "probe_timeout": (probe_timeout = 5s), "\"5s\"", "5s";
    success_threshold: () "success_threshold": (success_threshold = 5), "5", "5";
}

/// The same for budgets, which belong to retries.
macro_rules! same_budget {
    ($($test:ident: $setting:literal: ($($written:tt)*), $file:literal, $variable:literal;)*) => {
        const OF_BUDGETS: &[(&str, &str)] = &[$(("retry_budget", $setting)),*];

        $(mod $test {
            use super::Error;

            #[resilient::retry(budget(name = concat!(stringify!($test), " written"), $($written)*))]
            pub(super) async fn written() -> Result<(), Error> {
                Ok(())
            }

            #[resilient::retry(budget(name = concat!(stringify!($test), " configured")))]
            pub(super) async fn configured() -> Result<(), Error> {
                Ok(())
            }
        }

        #[test]
        fn $test() {
            drop(($test::written(), $test::configured()));
            compare("retry_budget", stringify!($test), ($setting, $file, $variable), true);
        })*
    };
}

same_budget! {
    share: "share": (share = 0.5), "0.5", "0.5";
    min_per_second: "min_per_second": (min_per_second = 3), "3", "3";
    budget_burst: "burst": (burst = 9), "9", "9";
    earned_by: "earned_by": (earned_by = successes), "\"successes\"", "successes";
}

/// The same for state per key.
macro_rules! same_per_key {
    ($($test:ident: $kind:ident($($base:tt)*) $setting:literal: ($($written:tt)*), $file:literal, $variable:literal;)*) => {
        const PER_KEY: &[(&str, &str)] = &[$((stringify!($kind), $setting)),*];

        $(mod $test {
            use super::Error;

            #[resilient::$kind(name = concat!(stringify!($test), " written"), key = key, $($base)* $($written)*)]
            pub(super) async fn written(key: u32) -> Result<u32, Error> {
                Ok(key)
            }

            #[resilient::$kind(name = concat!(stringify!($test), " configured"), key = key, $($base)*)]
            pub(super) async fn configured(key: u32) -> Result<u32, Error> {
                Ok(key)
            }
        }

        #[test]
        fn $test() {
            drop(($test::written(1), $test::configured(1)));
            compare(stringify!($kind), stringify!($test), ($setting, $file, $variable), true);
        })*
    };
}

same_per_key! {
    breakers_max_keys: circuit_breaker(failure_threshold = 4,) "max_keys": (max_keys = 50), "50", "50";
    breakers_idle: circuit_breaker(failure_threshold = 4,) "idle": (idle = 5s), "\"5s\"", "5s";
    breakers_threshold: circuit_breaker(max_keys = 50,) "failure_threshold": (failure_threshold = 9), "9", "9";
    rates_max_keys: rate_limit(permits = 4,) "max_keys": (max_keys = 50), "50", "50";
    rates_idle: rate_limit(permits = 4,) "idle": (idle = 5s), "\"5s\"", "5s";
    rates_per: rate_limit(permits = 4,) "per": (per = 1min), "\"1min\"", "1min";
    bulkheads_max_keys: bulkhead(max_concurrent = 4,) "max_keys": (max_keys = 50), "50", "50";
    bulkheads_idle: bulkhead(max_concurrent = 4,) "idle": (idle = 5s), "\"5s\"", "5s";
    bulkheads_slots: bulkhead(max_keys = 50,) "max_concurrent": (max_concurrent = 3), "3", "3";
}

/// Those with a test of their own.
const OTHERS: &[(&str, &str)] = &[
    ("timeout", "step"),
    ("retry", "retry_refused"),
    ("circuit_breaker", "slow_call"),
    ("circuit_breaker", "slow_call_rate"),
    ("rate_limit", "permits"),
    ("bulkhead", "threads"),
];

/// The settings in the tables of the attributes.
fn documented() -> Vec<(String, String)> {
    let kinds = OF_FUNCTIONS.iter().chain(OF_BREAKERS).chain(OF_BUDGETS).map(|(kind, _)| *kind);
    let kinds: std::collections::BTreeSet<_> = kinds.collect();
    let mut settings = Vec::new();
    for kind in kinds {
        let path = format!("{}/../resilient-macros/docs/{kind}.md", env!("CARGO_MANIFEST_DIR"));
        let table = std::fs::read_to_string(path).unwrap();
        let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split(['`', '(']).next());
        let names = rows.filter(|name| name.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_'));
        settings.extend(names.map(|name| (kind.to_owned(), name.to_owned())));
    }
    settings
}

#[test]
fn each_setting_that_is_no_code_has_a_case() {
    let config = Config::alone();
    let all = [OF_FUNCTIONS, OF_BREAKERS, OF_BUDGETS, PER_KEY, OTHERS].concat();
    let (mut without, mut code) = (Vec::new(), 0);
    for (kind, setting) in documented() {
        let said = config.apply(&format!("[module.nowhere.{kind}]\n{setting} = 1")).unwrap_err().to_string();
        if said.contains("is code, which no configuration changes") {
            code += 1;
        } else if !all.contains(&(kind.as_str(), setting.as_str())) {
            without.push(format!("{kind}.{setting}"));
        }
    }
    assert!(without.is_empty(), "no case compares {without:?}");
    assert!(code > 40, "{code} settings are code");
}
