//! What became of a configuration: by events, their copies, and the status.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use resilient::events::{ConfigChange, Event, Kinds};
use resilient::{Error, bulkhead, circuit_breaker, retry, timeout};

use crate::Config;

#[retry(max_attempts = 3)]
#[circuit_breaker(name = "config: reported", failure_threshold = 5)]
#[timeout(2s)]
#[bulkhead(max_concurrent = 4)]
#[timeout(1s)]
async fn lookup() -> Result<u32, Error> {
    Ok(1)
}

/// The changes as text, one of them in each line.
fn changes_of(config: &Config, text: &str) -> Vec<String> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let listed = Arc::clone(&seen);
    let listening = resilient::events().kinds(Kinds::CONFIG).subscribe(move |event| match event {
        Event::ConfigApplied(applied) => {
            assert_eq!(applied.count, applied.changes.len());
            listed.lock().unwrap().extend(applied.changes.iter().map(ConfigChange::to_string));
        }
        other => panic!("{other}"),
    });
    config.apply(text).unwrap();
    drop(listening);
    let seen = seen.lock().unwrap();
    seen.clone()
}

#[test]
fn each_change_is_listed_with_its_address_and_both_values() {
    let config = Config::alone();
    let text = "[circuit_breaker.\"config: reported\"]\nfailure_threshold = 3\n\
         [function.\"config::reported::lookup\".retry]\nmax_attempts = 5\nenabled = false\n\
         [function.\"config::reported::lookup\".timeout.2]\nduration = \"500ms\"\n\
         [function.\"config::reported::lookup\".bulkhead]\nmax_concurrent = 8\n";
    let expected = [
        "function.\"config::reported::lookup\".bulkhead: max_concurrent = 4 -> 8",
        "function.\"config::reported::lookup\".retry: enabled = true -> false",
        "function.\"config::reported::lookup\".retry: max_attempts = 3 -> 5",
        "function.\"config::reported::lookup\".timeout.2: duration = 1s -> 500ms",
        "circuit_breaker.\"config: reported\": failure_threshold = 5 -> 3",
    ];
    assert_eq!(changes_of(&config, text), expected);
    assert_eq!(changes_of(&config, text), [""; 0], "what was in force is no change");
    let back: Vec<_> = expected
        .map(|change| {
            let (setting, values) = change.split_once(" = ").unwrap();
            let (from, to) = values.split_once(" -> ").unwrap();
            format!("{setting} = {to} -> {from}")
        })
        .into();
    assert_eq!(changes_of(&config, ""), back, "what is removed is as it is written");
}

#[test]
fn one_of_two_settings_that_exclude_each_other_is_there_at_a_time() {
    let config = Config::alone();
    let changes = changes_of(&config, "[circuit_breaker.\"config: reported\"]\nfailure_rate = 0.5\n");
    let address = "circuit_breaker.\"config: reported\"";
    assert!(changes.contains(&format!("{address}: failure_threshold = 5 -> none")), "{changes:?}");
    assert!(changes.contains(&format!("{address}: failure_rate = none -> 0.5")), "{changes:?}");
}

#[test]
fn a_copy_of_an_event_has_the_changes_and_the_problems() {
    let config = Config::alone();
    let mut stream = resilient::events().kinds(Kinds::CONFIG).channel(16);
    config.apply("[circuit_breaker.\"config: reported\"]\nfailure_threshold = 3\n").unwrap();
    let error = config.apply("[circuit_breaker.\"config: reported\"]\nfailure_threshold = 0\nx = 1\n").unwrap_err();
    let applied = stream.try_next().unwrap().unwrap();
    let rejected = stream.try_next().unwrap().unwrap();

    assert!(matches!(applied.event(), Event::ConfigApplied(it) if it.count == 1 && it.source == "configuration"));
    let [change] = applied.changes() else { panic!("{:?}", applied.changes()) };
    assert_eq!(
        (change.setting, change.from.as_deref(), change.to.as_deref()),
        ("failure_threshold", Some("5"), Some("3"))
    );
    assert!(applied.to_string().starts_with("configuration was applied: 1 change (circuit_breaker."), "{applied}");

    assert!(matches!(rejected.event(), Event::ConfigRejected(it) if it.problems == 2 && it.error.is_none()));
    assert_eq!(rejected.error(), Some(error.to_string().as_str()));
    assert!(
        rejected.to_string().starts_with("configuration was rejected, the configuration before it stays: 2 problems\n")
    );
    assert!((rejected.event().name(), rejected.event().function()) == (None, None));
}

#[test]
fn the_status_has_the_problems_until_a_configuration_is_good() {
    let config = Config::alone();
    let before = resilient::config::status();
    let error = config.apply("x = 1").unwrap_err();
    let status = resilient::config::status();
    assert_eq!(status.error(), Some(&error));
    assert_eq!((status.applied(), status.rejected()), (before.applied(), before.rejected() + 1));
    assert!(status.to_string().ends_with(&error.to_string()), "{status}");
    config.apply("").unwrap();
    let status = resilient::config::status();
    assert_eq!((status.error(), status.applied()), (None, before.applied() + 1));
}

/// No lock is held while it runs.
#[test]
fn a_listener_may_apply_a_configuration_itself() {
    let config = Config::alone();
    let listening = resilient::events().kinds(Kinds::CONFIG).subscribe(|_| {
        resilient::config::loader().variables([]).apply("").unwrap();
    });
    config.apply("[circuit_breaker.\"config: reported\"]\nfailure_threshold = 3\n").unwrap();
    drop(listening);
    let breaker = resilient::registry().circuit_breaker("config: reported").unwrap();
    assert_eq!(breaker.policy(), resilient::BreakerPolicy::new().failure_threshold(5));
}

#[tokio::test(start_paused = true)]
async fn the_function_is_there() {
    assert_eq!(tokio::time::timeout(Duration::from_secs(9), lookup()).await.unwrap().unwrap(), 1);
}
