//! Any text and any variables: no panic, nothing is changed by what is wrong, and each problem is in the text.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use resilient::config::{ConfigError, effective, loader};

use crate::Config;

/// Parts of configurations, valid ones and others.
const TABLES: &[&str] = &[
    "[all.retry]",
    "[all.timeout]",
    "[module.\"config::errors::program\".retry]",
    "[module.config.timeout]",
    "[policy.errors_upstream.timeout]",
    "[function.\"config::errors::program::user\".retry]",
    "[function.\"config::errors::program::user\".timeout.2]",
    "[function.\"config::errors::program::user\".timeout.99999999999999999999]",
    "[circuit_breaker.\"errors: users\"]",
    "[circuit_breaker.\"errors: hosts\"]",
    "[retry_budget.errors_tokens]",
    "[function.\"config::errors::program::threaded\".bulkhead]",
    "[[all]]",
    "[",
    "",
];

const SETTINGS: &[&str] = &[
    "enabled",
    "max_attempts",
    "base_delay",
    "max_delay",
    "jitter",
    "backoff",
    "duration",
    "step",
    "failure_threshold",
    "failure_rate",
    "window",
    "max_keys",
    "threads",
    "share",
    "retry_refused",
    "\"\"",
    "größe",
    "a.b",
];

const VALUES: &[&str] = &[
    "1",
    "4",
    "0",
    "-1",
    "0.5",
    "1e400",
    "nan",
    "true",
    "\"1s\"",
    "\"50ms\"",
    "\"unlimited\"",
    "\"linear\"",
    "[\"timed_out\"]",
    "[[1], {}]",
    "{ a = 1 }",
    "1979-05-27",
    "0xff",
    "'''\n\n'''",
    "\"\\u001b[31m\"",
    "",
];

fn lines() -> impl Strategy<Value = String> {
    let line = (select(TABLES), select(SETTINGS), select(VALUES));
    let section = line.prop_map(|(table, setting, value)| format!("{table}\n{setting} = {value}\n"));
    prop::collection::vec(section, 0..6).prop_map(|sections| sections.concat())
}

/// A text in which letters are missing, or others.
fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<Index>(), select(vec!["", "\"", "[", "]", "=", ".", "\n", "9", "ä", "\0", "\u{feff}"]));
    (lines(), prop::collection::vec(change, 1..4)).prop_map(|(text, changes)| {
        let mut letters: Vec<String> = text.chars().map(String::from).collect();
        for (place, other) in changes.into_iter().filter(|_| !text.is_empty()) {
            let place = place.index(letters.len());
            other.clone_into(&mut letters[place]);
        }
        letters.concat()
    })
}

fn check(error: &ConfigError, text: &str) {
    assert!(!error.problems().is_empty());
    for problem in error.problems() {
        if let (Some(line), Some(column)) = (problem.line(), problem.column()) {
            // The last line may be empty, and the end of a line is a place as well.
            let found = text.split('\n').nth(line - 1).unwrap_or_else(|| panic!("no line {line} in {text:?}"));
            assert!((1..=found.chars().count() + 1).contains(&column), "{line}:{column} in {text:?}");
        }
    }
    assert!(!error.to_string().chars().any(|letter| letter.is_control() && letter != '\n'), "{error:?}");
}

/// What is in force stays if the configuration is wrong.
fn try_out(text: &str, variables: &[(&str, &str)]) {
    let config = Config::of("[circuit_breaker.\"errors: users\"]\nfailure_threshold = 7");
    let before = effective().to_string();
    if let Err(error) = config.with(text, variables) {
        check(&error, text);
        assert_eq!(effective().to_string(), before, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text(text in "(?s).{0,120}") {
        try_out(&text, &[]);
    }

    #[test]
    fn what_looks_like_a_configuration(text in lines()) {
        try_out(&text, &[]);
    }

    #[test]
    fn a_configuration_with_slips(text in mutated()) {
        try_out(&text, &[]);
    }

    #[test]
    fn any_bytes_in_a_file(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _config = Config::alone();
        let path = std::env::temp_dir().join(format!("resilient-fuzz-{}.toml", std::process::id()));
        std::fs::write(&path, &bytes).unwrap();
        if let Err(error) = loader().variables([]).load(&path) {
            check(&error, &String::from_utf8_lossy(&bytes));
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn variables_with_slips(
        layer in select(vec!["RETRY_", "TIMEOUT_", "CIRCUIT_BREAKER_", "RATE_LIMIT", ""]),
        name in select(vec!["CONFIG_ERRORS_PROGRAM_USER_", "CONFIG_ERRORS_PROGRAM_USER_2_", "ERRORS_USERS_", "_", "Ä"]),
        setting in select(vec!["MAX_ATTEMPTS", "DURATION", "ENABLED", "FAILURE_THRESHOLD", "MAX_ATTEMPT", "CONFIG", ""]),
        value in prop_oneof![select(VALUES).prop_map(str::to_owned), "(?s).{0,12}"],
    ) {
        try_out("", &[(&format!("RESILIENT_{layer}{name}{setting}"), &value)]);
    }
}

/// A value in the forms of a file and of a variable.
#[derive(Clone, Debug)]
enum Value {
    Count(u32),
    Number(f64),
    Millis(u64),
}

/// A table, the beginning of its variables, and a setting.
type Target = (&'static str, &'static str, &'static str);

const ATTEMPTS: Target =
    ("function.\"config::errors::program::user\".retry", "RESILIENT_RETRY_CONFIG_ERRORS_PROGRAM_USER", "max_attempts");
const LIMIT: Target =
    ("function.\"config::errors::program::user\".timeout", "RESILIENT_TIMEOUT_CONFIG_ERRORS_PROGRAM_USER", "duration");
const RATE: Target = ("circuit_breaker.\"errors: users\"", "RESILIENT_CIRCUIT_BREAKER_ERRORS_USERS", "failure_rate");
const SHARE: Target = ("retry_budget.errors_tokens", "RESILIENT_RETRY_BUDGET_ERRORS_TOKENS", "share");

fn given() -> impl Strategy<Value = (Target, Value)> {
    prop_oneof![
        (0..1_200_u32).prop_map(|count| (ATTEMPTS, Value::Count(count))),
        (0..200_000_u64).prop_map(|millis| (LIMIT, Value::Millis(millis))),
        (-0.5..1.5_f64).prop_map(|rate| (RATE, Value::Number(rate))),
        (-1.0..12.0_f64).prop_map(|share| (SHARE, Value::Number(share))),
    ]
}

/// All settings in force.
fn in_force() -> Vec<String> {
    let effective = effective();
    let settings = effective.layers().iter().flat_map(resilient::config::EffectiveLayer::settings);
    settings.map(|setting| setting.value().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_value_is_the_same_in_a_file_and_in_a_variable(((table, variable, setting), value) in given()) {
        let (in_file, in_variable) = match value {
            Value::Count(count) => (count.to_string(), count.to_string()),
            Value::Number(number) => (format!("{number:?}"), format!("{number}")),
            Value::Millis(millis) => (format!("\"{millis}ms\""), format!("{}s {}ms", millis / 1_000, millis % 1_000)),
        };
        let config = Config::alone();
        let by_file = config.apply(&format!("[{table}]\n{setting} = {in_file}")).map(|()| in_force());
        let variable = format!("{variable}_{}", setting.to_uppercase());
        let by_variable = config.with("", &[(&variable, &in_variable)]).map(|()| in_force());
        prop_assert_eq!(by_file.ok(), by_variable.ok());
    }
}
