//! A snapshot has the settings in force.

use resilient::snapshot::{FunctionSnapshot, LayerSnapshot};
use resilient::{Error, circuit_breaker, retry, snapshot, timeout};

use crate::Config;

#[retry(max_attempts = 3, base_delay = 100ms, backoff = constant, jitter = none)]
#[circuit_breaker(name = "config: seen", failure_threshold = 5)]
#[timeout(1s)]
async fn seen() -> Result<(), Error> {
    Ok(())
}

fn function() -> FunctionSnapshot {
    let path = format!("{}::seen", module_path!());
    snapshot().functions.into_iter().find(|function| function.path == path).unwrap()
}

/// The value and the origin of a setting.
fn setting(layer: &LayerSnapshot, name: &str) -> (String, Option<String>) {
    let setting = layer.settings.iter().find(|setting| setting.name == name).unwrap();
    (setting.value.clone(), setting.origin.clone())
}

#[test]
fn a_snapshot_has_the_settings_in_force_their_origins_and_the_worst_case() {
    let _ = seen;
    let config = Config::alone();
    let before = function();
    assert_eq!(before.worst_case_limit.unwrap().as_millis(), 3_200);
    assert_eq!(setting(&before.layers[0], "max_attempts"), ("3".to_owned(), None));

    config
        .apply(
            "[function.\"config::seen::seen\".retry]\nmax_attempts = 2\n[circuit_breaker.\"config: seen\"]\n\
             failure_threshold = 9\n[function.\"config::seen::seen\".timeout]\nenabled = false",
        )
        .unwrap();
    let changed = function();
    let [retry, breaker, timeout] = &changed.layers[..] else { panic!("{changed:?}") };
    assert_eq!(setting(retry, "max_attempts"), ("2".to_owned(), Some("configuration:2".to_owned())));
    assert_eq!(setting(retry, "base_delay"), setting(&before.layers[0], "base_delay"));
    assert_eq!(setting(breaker, "failure_threshold"), ("9".to_owned(), Some("configuration:4".to_owned())));
    assert_eq!([retry.enabled, breaker.enabled, timeout.enabled], [true, true, false]);
    assert_eq!(changed.worst_case_limit, None, "{}", changed.worst_case);
    let state = snapshot().circuit_breakers.into_iter().find(|breaker| breaker.name == "config: seen").unwrap();
    assert!(state.settings.iter().any(|setting| setting.name == "failure_threshold" && setting.value == "9"));

    config.apply("").unwrap();
    assert_eq!(format!("{:?}", function()), format!("{before:?}"));
}
