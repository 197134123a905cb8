//! The tables of settings have the names and defaults of the macros.
//!
//! The names are compared with those that a ui test's error lists for an unknown setting. The defaults are compared
//! with those that [`resilient::inspect::functions`] describes for functions whose attributes leave them out; a default
//! that depends on another setting is taken from a function that gives that setting.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use resilient::inspect::{Function, Layer, functions};
use resilient::{
    BreakerPolicy, EarnedBy, Error, RetryBudgetPolicy, TimeoutPolicy, adaptive_throttle, bulkhead, circuit_breaker,
    fallback, hedge, rate_limit, retry, timeout,
};

use crate::table::{Row, rows};
use crate::{markdown_in, read, root};

/// Those that have a table.
fn attributes() -> Vec<String> {
    let tables = markdown_in("resilient-macros/docs");
    tables.iter().filter_map(|table| Some(table.file_stem()?.to_str()?.to_owned())).collect()
}

/// The errors for an unknown setting of each attribute.
const UNKNOWN_SETTINGS: &str = "ui-tests/stack/unknown_settings.stderr";

fn table(attribute: &str) -> Vec<Row> {
    rows(&read(format!("resilient-macros/docs/{attribute}.md")))
}

/// The settings that the macro lists for an unknown one.
fn listed(attribute: &str) -> BTreeSet<String> {
    let stderr = read(UNKNOWN_SETTINGS);
    let opening = format!("#[{attribute}(");
    let error = stderr.split("\n\n").find(|error| error.contains(&opening));
    let first = error.and_then(|error| error.lines().next()).expect("an error for each attribute");
    let list = first.split_once(": write ").expect("a list of the settings").1;
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_names_are_those_that_the_macros_know() {
    for attribute in attributes() {
        let names: Vec<_> = table(&attribute).into_iter().map(|row| row.name).collect();
        let known: BTreeSet<_> = names.iter().cloned().collect();
        assert_eq!(known.len(), names.len(), "`{attribute}` has a setting twice: {names:?}");
        assert_eq!(known, listed(&attribute), "the table of `{attribute}` and the macro");
    }
}

#[test]
fn every_attribute_is_documented() {
    let readme = read("README.md");
    for attribute in attributes() {
        assert!(root().join(format!("docs/attributes/{attribute}.md")).exists(), "`{attribute}` has no page");
        assert!(readme.contains(&format!("`#[{attribute}]`")), "the README does not name `{attribute}`");
    }
}

/// One function for each set of defaults that apply together.
mod annotated {
    use super::*;

    #[retry(retry_after = |_: &Error| None)]
    pub(super) fn retried() -> Result<(), Error> {
        Ok(())
    }

    #[circuit_breaker(name = "documentation: in a row", recovery_backoff = 2)]
    pub(super) fn broken() -> Result<(), Error> {
        Ok(())
    }

    #[circuit_breaker(name = "documentation: rate", failure_rate = 0.5)]
    pub(super) fn rated() -> Result<(), Error> {
        Ok(())
    }

    #[circuit_breaker(name = "documentation: time", failure_rate = 0.5, window = 20s)]
    pub(super) fn timed() -> Result<(), Error> {
        Ok(())
    }

    #[rate_limit(permits = 80, paused_if = |_| true)]
    pub(super) fn paced() -> Result<(), Error> {
        Ok(())
    }

    #[hedge(delay = 1s)]
    pub(super) async fn hedged() -> Result<(), Error> {
        Ok(())
    }

    #[circuit_breaker(name = "documentation: key", key = std::process::id(), failure_threshold = 5)]
    pub(super) fn broken_by_key() -> Result<(), Error> {
        Ok(())
    }

    #[rate_limit(permits = 80, key = std::process::id())]
    pub(super) fn paced_by_key() -> Result<(), Error> {
        Ok(())
    }

    #[bulkhead(key = std::process::id())]
    pub(super) fn limited_by_key() -> Result<(), Error> {
        Ok(())
    }

    #[adaptive_throttle]
    pub(super) fn throttled() -> Result<(), Error> {
        Ok(())
    }

    #[bulkhead]
    pub(super) fn limited() -> Result<(), Error> {
        Ok(())
    }

    #[fallback(default)]
    #[timeout(2s)]
    pub(super) async fn answered() -> Result<(), Error> {
        Ok(())
    }

    pub(super) fn all() {
        let _ = (retried(), broken(), rated(), timed(), paced(), throttled(), limited(), answered(), hedged());
        let _ = (broken_by_key(), paced_by_key(), limited_by_key());
    }
}

/// Settings that the functions above give, or whose defaults depend on another setting.
const GIVEN: [(&str, &str); 14] = [
    ("retry", "retry_after"),
    ("circuit_breaker", "failure_rate"),
    ("circuit_breaker", "recovery_backoff"),
    ("rate_limit", "permits"),
    ("rate_limit", "paused_if"),
    ("hedge", "delay"),
    ("timeout", "duration"),
    ("fallback", "default"),
    ("circuit_breaker", "window = 20s"),
    ("circuit_breaker", "min_calls = 100"),
    ("circuit_breaker", "name"),
    ("circuit_breaker", "key"),
    ("rate_limit", "key"),
    ("bulkhead", "key"),
];

/// The defaults of every attribute as the macros describe them.
fn described() -> BTreeMap<(String, &'static str), BTreeSet<&'static str>> {
    annotated::all();
    let here = functions().filter(|function| function.path().starts_with(concat!(module_path!(), "::annotated")));
    let mut described = BTreeMap::<_, BTreeSet<_>>::new();
    for layer in here.flat_map(Function::layers) {
        let attribute = layer.kind().to_string();
        for (name, value) in defaults(&attribute, layer) {
            described.entry((attribute.clone(), name)).or_default().insert(value);
        }
    }
    described
}

fn defaults<'a>(attribute: &'a str, layer: &'a Layer) -> impl Iterator<Item = (&'static str, &'static str)> + 'a {
    let given = move |name: &str, value: &str| {
        let setting = format!("{name} = {value}");
        GIVEN.iter().any(|(of, known)| *of == attribute && (*known == name || *known == setting))
    };
    layer.settings().filter(move |(name, value)| !given(name, value))
}

#[test]
fn the_defaults_are_those_that_the_macros_describe() {
    let described = described();
    for ((attribute, name), values) in &described {
        let table = table(attribute);
        let row = table.iter().find(|row| row.name == *name).unwrap_or_else(|| panic!("`{attribute}` has `{name}`"));
        for value in values {
            assert!(row.mentions(value), "the default of `{name}` in `{attribute}` is {value}, not {}", row.default);
        }
    }
    let unknown: Vec<_> = attributes()
        .into_iter()
        .flat_map(|attribute| table(&attribute).into_iter().map(move |row| (attribute.clone(), row)))
        .filter(|(attribute, row)| row.literal().is_some() && !known(&described, attribute, row))
        .collect();
    assert!(unknown.is_empty(), "defaults that no macro describes: {unknown:?}");
}

/// Whether a default in a table is compared with the macro's description, or leaves the policy unchanged.
fn known(described: &BTreeMap<(String, &'static str), BTreeSet<&'static str>>, attribute: &str, row: &Row) -> bool {
    let value = row.literal().unwrap_or_default();
    match (attribute, row.name.as_str()) {
        ("circuit_breaker", "recovery_backoff") => {
            let factor = value.parse().expect("a factor");
            BreakerPolicy::new().recovery_backoff(factor) == BreakerPolicy::new()
        }
        ("timeout", "step") => {
            let limit = TimeoutPolicy::new(Duration::from_secs(1));
            value == "0s" && limit.step(Duration::ZERO) == limit
        }
        // No function has the attribute.
        ("retry_budget", name) => {
            let count = || value.parse().expect("a count");
            let budget = RetryBudgetPolicy::new();
            let changed = match name {
                "share" => budget.share(value.parse().expect("a number")),
                "min_per_second" => budget.min_per_second(count()),
                "burst" => budget.burst(count()),
                "earned_by" if value == "calls" => budget.earned_by(EarnedBy::Calls),
                _ => return false,
            };
            changed == budget
        }
        (_, name) => described.iter().any(|((of, known), _)| of == attribute && *known == name),
    }
}
