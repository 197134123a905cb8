//! The tables of settings agree with their documentation, and with the names that other libraries have for them.

use crate::layers::bulkhead::model::Bulkhead;
use crate::layers::circuit_breaker::model::CircuitBreaker;
use crate::layers::fallback::model::FallbackSettings;
use crate::layers::retry::model::Retry;
use crate::layers::timeout::model::Timeout;
use crate::parse::setting::Settings;
use crate::parse::synonyms::assert_distinct;

/// The names in the first column of a table, in order. A form without a name, such as a closure, is no setting.
fn documented(table: &'static str) -> Vec<&'static str> {
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let names = rows.filter_map(|row| row.split('`').next()?.split([' ', '(']).next());
    names.filter(|name| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')).collect()
}

#[track_caller]
fn check<T: Settings>(documentation: &'static str) {
    let mut names = T::NAMES.to_vec();
    // Readers look for it last.
    names.sort_by_key(|name| *name == "policy");
    assert_eq!(documented(documentation), names);
    assert_distinct(T::SYNONYMS, T::NAMES);
}

#[test]
fn retry() {
    check::<Retry>(include_str!("../../docs/retry.md"));
}

#[test]
fn circuit_breaker() {
    check::<CircuitBreaker>(include_str!("../../docs/circuit_breaker.md"));
}

#[test]
fn timeout() {
    check::<Timeout>(include_str!("../../docs/timeout.md"));
}

#[test]
fn bulkhead() {
    check::<Bulkhead>(include_str!("../../docs/bulkhead.md"));
}

#[test]
fn fallback() {
    check::<FallbackSettings>(include_str!("../../docs/fallback.md"));
}
