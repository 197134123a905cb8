//! The settings of each layer that a configuration can change: a row for each, by which it is set.
//!
//! The values are checked by the rules of the attributes, and by the setters of the policies that begin with `try_` where
//! these have the same words; all of a policy together by its own rules. A test compares the rows with the settings of the
//! attributes: each is either here, or code, which no configuration changes.

mod bulkhead;
mod circuit_breaker;
mod hedge;
mod rate_limit;
mod retry;
mod retry_budget;
mod throttle;
mod timeout;

use std::time::Duration;

use resilient_rules::bounds::longer_than_zero;
use resilient_rules::per_key::about_keys;
use resilient_rules::values;
use resilient_rules::words::{self, did_you_mean};

use crate::config::value::{self, Given};
use crate::keyed::policy::PerKeyPolicy;
use crate::rate_limit::policy::RateLimitPolicy;
use crate::registry::configurable::{AnyPolicy, Each};
use crate::registry::functions::LayerKind;
use crate::registry::similar::nearest;
pub(crate) use retry::DELAYS_OF_CODE;

/// The setting that every layer has: whether it acts.
pub(crate) const ENABLED: &str = "enabled";

/// Declares the settings of a policy.
macro_rules! settings {
    (
        $Policy:ty, code: [$($code:literal),* $(,)?];
        $($name:literal: |$policy:ident, $given:ident| $set:expr;)*
    ) => {
        pub(super) const NAMES: &[&str] = &[$($name),*];
        /// Those that are code, or the place where state is.
        pub(super) const CODE: &[&str] = &[$($code),*];

        pub(super) fn set(policy: $Policy, name: &str, given: &Given) -> Result<$Policy, String> {
            match name {
                $($name => {
                    let ($policy, $given) = (policy, given);
                    $set
                })*
                _ => Err(format!("unknown setting `{name}`")),
            }
        }
    };
}
use settings;

/// The names of the settings of a layer; nothing for one that has none.
pub(crate) const fn names(kind: LayerKind) -> &'static [&'static str] {
    match kind {
        LayerKind::Retry => retry::NAMES,
        LayerKind::Hedge => hedge::NAMES,
        LayerKind::CircuitBreaker => circuit_breaker::NAMES,
        LayerKind::AdaptiveThrottle => throttle::NAMES,
        LayerKind::RateLimit => rate_limit::NAMES,
        LayerKind::Timeout => timeout::NAMES,
        LayerKind::Bulkhead => bulkhead::NAMES,
        LayerKind::RetryBudget => retry_budget::NAMES,
        LayerKind::Fallback => &[],
    }
}

/// The names of the settings that are code.
pub(crate) const fn code(kind: LayerKind) -> &'static [&'static str] {
    match kind {
        LayerKind::Retry => retry::CODE,
        LayerKind::Hedge => hedge::CODE,
        LayerKind::CircuitBreaker => circuit_breaker::CODE,
        LayerKind::AdaptiveThrottle => throttle::CODE,
        LayerKind::RateLimit => rate_limit::CODE,
        LayerKind::Timeout => timeout::CODE,
        LayerKind::Bulkhead => bulkhead::CODE,
        LayerKind::RetryBudget => retry_budget::CODE,
        LayerKind::Fallback => &[],
    }
}

/// What is wrong with the name of a setting.
pub(crate) fn wrong_name(kind: LayerKind, name: &str) -> Option<(String, Option<String>)> {
    if name == ENABLED || names(kind).contains(&name) {
        return None;
    }
    if code(kind).contains(&name) {
        let help = Some("configuration changes values, and leaves what the program is".to_owned());
        return Some((format!("`{name}` of `{kind}` is code, which no configuration changes"), help));
    }
    let known = || [ENABLED].iter().chain(names(kind)).copied();
    let help = match nearest(name, known()) {
        Some(meant) => did_you_mean(meant),
        None => format!("its settings are {}", known().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    };
    Some((format!("unknown setting `{}` of `{kind}`", name.escape_debug()), Some(help)))
}

/// The policy with one setting changed. An error is in the words that a compile error of the attribute has.
pub(crate) fn set(policy: AnyPolicy, name: &str, given: &Given) -> Result<AnyPolicy, String> {
    changed(policy, name, given).map_err(|message| of(name, &message))
}

/// A message about a value, with the name of the setting that it is for.
fn of(name: &str, message: &str) -> String {
    message.replace(value::NAME, name)
}

fn changed(policy: AnyPolicy, name: &str, given: &Given) -> Result<AnyPolicy, String> {
    Ok(match policy {
        AnyPolicy::Retry(policy) => AnyPolicy::Retry(retry::set(policy, name, given)?),
        AnyPolicy::Timeout(policy) => AnyPolicy::Timeout(timeout::set(policy, name, given)?),
        AnyPolicy::Breaker(policy) => AnyPolicy::Breaker(circuit_breaker::set(policy, name, given)?),
        AnyPolicy::Throttle(policy) => AnyPolicy::Throttle(throttle::set(policy, name, given)?),
        AnyPolicy::Rate(policy) => AnyPolicy::Rate(rate_limit::set(policy, name, given)?),
        AnyPolicy::Bulkhead(policy) => AnyPolicy::Bulkhead(bulkhead::set(policy, name, given)?),
        AnyPolicy::Hedge(policy) => AnyPolicy::Hedge(hedge::set(policy, name, given)?),
        AnyPolicy::Budget(policy) => AnyPolicy::Budget(retry_budget::set(policy, name, given)?),
        AnyPolicy::Threads(policy) => AnyPolicy::Threads(bulkhead::threads::set(policy, name, given)?),
        AnyPolicy::PerKey(policy) => AnyPolicy::PerKey(set_per_key(policy, name, given)?),
        AnyPolicy::Fixed(why) => return Err(format!("its settings stay, {why}")),
    })
}

/// What is wrong with a setting of the keys of state that has none.
fn not_per_key() -> String {
    format!("{}, and this is one for all", about_keys(value::NAME))
}

fn set_per_key(policy: PerKeyPolicy<Each>, name: &str, given: &Given) -> Result<PerKeyPolicy<Each>, String> {
    match name {
        "max_keys" => policy.try_max_keys(given.count()?).map_err(text),
        "idle" => Ok(policy.idle(above_zero(given)?)),
        _ => {
            let each = policy.each();
            Ok(policy.with_each(each.with(changed(each.any(), name, given)?)))
        }
    }
}

/// What is wrong with all settings of a policy together. A budget beside a retry ends its attempts.
pub(crate) fn problem(policy: &AnyPolicy, has_budget: bool) -> Result<(), String> {
    let checked = match policy {
        AnyPolicy::Retry(policy) => {
            let policy = if has_budget { policy.in_budget() } else { *policy };
            return policy.problem().map_or(Ok(()), |problem| Err(problem.to_owned()));
        }
        AnyPolicy::Breaker(policy) => policy.try_checked().map(|_| ()),
        AnyPolicy::Throttle(policy) => policy.try_checked().map(|_| ()),
        AnyPolicy::Rate(policy) => policy.try_checked().map(|_| ()),
        AnyPolicy::Budget(policy) => policy.try_checked().map(|_| ()),
        AnyPolicy::PerKey(policy) => match policy.each() {
            Each::Rate(policy) => policy.try_checked().and_then(RateLimitPolicy::try_per_key).map(|_| ()),
            each => return problem(&each.any(), has_budget),
        },
        // Each setting is checked alone.
        AnyPolicy::Timeout(_)
        | AnyPolicy::Bulkhead(_)
        | AnyPolicy::Threads(_)
        | AnyPolicy::Hedge(_)
        | AnyPolicy::Fixed(_) => Ok(()),
    };
    checked.map_err(|error| error.to_string())
}

/// All settings of a policy by their names.
pub(crate) fn listed(policy: &AnyPolicy) -> Vec<(&'static str, String)> {
    match policy {
        AnyPolicy::Retry(policy) => policy.settings(),
        AnyPolicy::Timeout(policy) => timeout::listed(policy),
        AnyPolicy::Breaker(policy) => policy.settings(),
        AnyPolicy::Throttle(policy) => policy.settings(),
        AnyPolicy::Rate(policy) => policy.settings(),
        AnyPolicy::Bulkhead(policy) => policy.settings(),
        AnyPolicy::Hedge(policy) => policy.settings(),
        AnyPolicy::Budget(policy) => policy.settings(),
        AnyPolicy::Threads(policy) => policy.settings(),
        AnyPolicy::PerKey(policy) => policy.settings(listed(&policy.each().any())),
        AnyPolicy::Fixed(_) => Vec::new(),
    }
}

/// The word among those that `known` has, or what they are. A message names the setting later, see [`of`].
fn one_of<T: Copy>(given: &Given, known: &[(&str, T)]) -> Result<T, String> {
    let word = given.word()?;
    known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value).ok_or_else(|| {
        let quoted = |name: &str| format!("\"{name}\"");
        let help = match nearest(word, known.iter().map(|(name, _)| *name)) {
            Some(meant) => did_you_mean(quoted(meant)),
            None => format!("write {}", words::one_of(&known.iter().map(|(name, _)| quoted(name)).collect::<Vec<_>>())),
        };
        format!("{}: {help}", values::unknown(value::NAME, word.escape_debug()))
    })
}

/// A duration that is longer than zero.
fn above_zero(given: &Given) -> Result<Duration, String> {
    let duration = given.duration()?;
    longer_than_zero(value::NAME, duration).map_or(Ok(duration), Err)
}

/// A factor by which something grows; `rule` says what.
fn growth(given: &Given, rule: fn(f64) -> Option<String>) -> Result<f64, String> {
    let factor = given.number()?;
    match rule(factor) {
        None => Ok(factor),
        Some(fact) if factor == f64::INFINITY => Err(format!("{fact}: give a smaller one")),
        Some(fact) => Err(fact),
    }
}

fn text(error: crate::core::check::InvalidSetting) -> String {
    error.to_string()
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
