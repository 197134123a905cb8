//! What is wrong with a configuration: everything at once, each at its place with a way out.

use resilient::{Error, circuit_breaker, retry, timeout};

use crate::Config;

#[retry(max_attempts = 3, base_delay = 100ms)]
#[circuit_breaker(name = "config: errors", failure_threshold = 3)]
fn user() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(limit)]
async fn computed(limit: std::time::Duration) -> Result<u32, Error> {
    Ok(1)
}

/// The text of a configuration, and what is reported of it.
const CASES: &[(&str, &str)] = &[
    ("[all.retry]\nmax_atempts = 4", "unknown setting `max_atempts` of `retry`"),
    ("[all.retry]\nmax_atempts = 4", "did you mean `max_attempts`?"),
    ("[all.retry]\nmax_attempts = 0", "`max_attempts` must be at least 1"),
    ("[all.retry]\nmax_attempts = 1001", "1000 attempts at most"),
    ("[all.retry]\nmax_attempts = \"4\"", "`max_attempts` takes a whole number: write it without quotes"),
    ("[all.retry]\nmax_attempts = 4.5", "`max_attempts` takes a whole number, and this is a number"),
    ("[all.retry]\nmax_attempts = -1", "`max_attempts` cannot be negative"),
    ("[all.retry]\nbase_delay = 50", "a duration needs a unit: write `\"50s\"`"),
    ("[all.retry]\nmax_delay = \"25h\"", "24 hours at most"),
    (
        "[all.retry]\nbackoff = \"exponentail\"",
        "unknown `backoff` value `exponentail`: did you mean `\"exponential\"`?",
    ),
    ("[all.retry]\njitter = 2.0", "`jitter` must be from 0 to 1"),
    ("[all.retry]\nretry_on = \"x\"", "`retry_on` of `retry` is code"),
    ("[all.retry]\nretry_refused = [\"timed_out\", \"timed_out\"]", "`timed_out` is named twice"),
    ("[all.retry]\nenabled = \"no\"", "stand without quotes"),
    ("[all.rety]\nmax_attempts = 4", "did you mean `retry`?"),
    ("[al.retry]\nmax_attempts = 4", "unknown table `al`"),
    ("[all]\nretry = 4", "expected a table"),
    ("[module.nowhere.retry]\nmax_attempts = 4", "no annotated function is in a module `nowhere`"),
    ("[module.\"config::precedence\".retry]\nmax_attempts = 4", "has no `retry`"),
    ("[function.\"config::errors::usr\".retry]\nmax_attempts = 4", "did you mean `config::errors::user`?"),
    ("[function.\"config::errors::user\".timeout]\nduration = \"1s\"", "has no `timeout`"),
    ("[function.\"config::errors::user\".retry.2]\nmax_attempts = 4", "has no `retry` number 2"),
    (
        "[function.\"config::errors::user\".circuit_breaker]\nfailure_threshold = 4",
        "has a name, so its settings are shared",
    ),
    (
        "[function.\"config::errors::user\".retry]\nmax_delay = \"1ms\"",
        "`base_delay` (100ms) is longer than `max_delay` (1ms)",
    ),
    ("[function.\"config::errors::computed\".timeout]\nstep = \"1s\"", "changes that of the attribute, which has none"),
    ("[circuit_breaker.\"config: eror\"]\nfailure_threshold = 4", "did you mean `config: errors`?"),
    ("[circuit_breaker.\"config: errors\"]\nfailure_threshold = 0", "`failure_threshold` must be at least 1"),
    (
        "[circuit_breaker.\"config: errors\"]\nfailure_threshold = 3\nfailure_rate = 0.5",
        "counts failures in a row, `failure_rate` their share in a window: keep one",
    ),
    ("[circuit_breaker.\"config: errors\"]\nslow_call = \"1s\"", "`slow_call` needs the share of slow calls"),
    (
        "[circuit_breaker.\"config: errors\"]\nwindow = 5\nmin_calls = 6",
        "`min_calls` (6) is more than `window` (5) ever holds",
    ),
    ("[fallback.x]\nvalue = 1", "unknown table `fallback`"),
    ("[all.fallback]\nenabled = false", "a `fallback` has nothing that a configuration changes"),
    ("enabled = 1", "expected `true` or `false`"),
    ("[all.retry]\nmax_attempts = = 3", "config"),
];

#[test]
fn each_mistake_is_reported_with_its_place() {
    let config = Config::alone();
    for (text, expected) in CASES {
        let error = config.apply(text).expect_err(text);
        let shown = error.to_string();
        assert!(shown.contains(expected), "{text}\n{shown}");
        assert!(
            error.problems().iter().all(|problem| problem.line().is_some() && problem.column().is_some()),
            "{shown}"
        );
    }
}

#[test]
fn all_mistakes_are_reported_at_once_and_nothing_is_changed() {
    let config = Config::of("[circuit_breaker.\"config: errors\"]\nfailure_threshold = 7");
    let breaker = resilient::registry().circuit_breaker("config: errors").unwrap();
    let before = breaker.policy();
    let text = "[circuit_breaker.\"config: errors\"]\nfailure_threshold = 8\n\n[all.retry]\nmax_attempts = 0\nbase_delay = 3\n";
    let error = config.apply(text).unwrap_err();
    let places: Vec<_> = error.problems().iter().map(|it| (it.line().unwrap(), it.column().unwrap())).collect();
    assert_eq!(places, [(5, 16), (6, 14)]);
    assert!(error.to_string().ends_with("2 problems; nothing was changed"));
    assert!(error.to_string().contains("5 | max_attempts = 0\n  |                ^"), "{error}");
    assert_eq!(breaker.policy(), before);
}

#[test]
fn a_program_narrows_what_a_configuration_may_say() {
    let config = Config::alone();
    let text = "[all.retry]\nmax_attempts = 6";
    let narrow = || resilient::config::loader().variables([]).bound("retry.max_attempts", "5");
    let error = narrow().apply(text).unwrap_err();
    assert!(error.to_string().contains("the program's bound of `retry.max_attempts` is 5"), "{error}");
    config.apply(text).unwrap();
    let wrong = resilient::config::loader().variables([]).bound("retry.max_atempts", "5").apply("");
    assert!(wrong.unwrap_err().to_string().contains("is no bound"));
}

#[test]
fn the_functions_are_there() {
    drop(computed(std::time::Duration::ZERO));
    assert_eq!(user().unwrap(), 1);
}
