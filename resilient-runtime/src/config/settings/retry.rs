//! The settings of `retry`.

use super::{one_of, settings, text};
use crate::config::value::Given;
use crate::core::error::ErrorKind;
use crate::registry::similar::nearest;
use crate::retry::backoff::{Backoff, Jitter};
use crate::retry::policy::RetryPolicy;
use crate::retry::settings::{REFUSALS, Settings};

const BACKOFFS: [(&str, Backoff); 5] = [
    ("exponential", Backoff::Exponential),
    ("linear", Backoff::Linear),
    ("constant", Backoff::Constant),
    ("fibonacci", Backoff::Fibonacci),
    ("decorrelated", Backoff::Decorrelated),
];
const JITTERS: [(&str, Jitter); 3] = [("full", Jitter::Full), ("equal", Jitter::Equal), ("none", Jitter::None)];

settings! {
    Settings, code: [
        "retry_on", "retry_if", "retry_if_ok", "retry_if_result", "retry_after", "retry_after_ok", "idempotent",
        "unsent_on", "budget", "on_retry", "on_give_up", "exhausted", "map_err", "bind", "policy",
    ];
    "max_attempts": |settings, given| max_attempts(settings, given);
    "backoff": |settings, given| backoff(settings, given);
    "base_delay": |settings, given| formula(&settings).and(given.duration()).map(|delay| settings.base_delay(delay));
    "max_delay": |settings, given| Ok(settings.max_delay(given.duration()?));
    "exponential_base": |settings, given| {
        formula(&settings)?;
        match given.number()? {
            base if base.is_infinite() => Err("`exponential_base` is too large: give a smaller one".to_owned()),
            base => checked(settings, |policy| policy.try_exponential_base(base).map_err(text)),
        }
    };
    "jitter": |settings, given| jitter(settings, given);
    "max_elapsed": |settings, given| checked(settings, |policy| policy.try_max_elapsed(given.duration()?).map_err(text));
    "deadline": |settings, given| one_of(given, &[("ignore", ())]).map(|()| settings.ignore_deadline());
    "max_retry_after": |settings, given| match given.duration()? {
        limit if limit.is_zero() => Err("`max_retry_after` must be longer than zero".to_owned()),
        limit => Ok(settings.max_retry_after(limit)),
    };
    "retry_refused": |settings, given| retry_refused(settings, given);
}

/// By a setter of the policy.
fn checked(
    settings: Settings,
    set: impl FnOnce(RetryPolicy) -> Result<RetryPolicy, String>,
) -> Result<Settings, String> {
    set(RetryPolicy::new().with_settings(settings)).map(|policy| *policy.settings())
}

fn max_attempts(settings: Settings, given: &Given) -> Result<Settings, String> {
    if given.word() == Ok("unlimited") {
        return Ok(settings.unlimited_attempts());
    }
    match given.count()? {
        0 => Err("`max_attempts` must be at least 1: give more, or `enabled = false`".to_owned()),
        1 => Err("one attempt is never retried: give 2 or more, or `enabled = false`".to_owned()),
        attempts => Ok(settings.max_attempts(attempts)),
    }
}

/// Delays that no formula gives.
pub(crate) const DELAYS_OF_CODE: &str = "the delays are a list or a function in the code, which stays";

/// A list and a function stay.
fn formula(settings: &Settings) -> Result<(), String> {
    if settings.has_formula() { Ok(()) } else { Err(DELAYS_OF_CODE.to_owned()) }
}

fn backoff(settings: Settings, given: &Given) -> Result<Settings, String> {
    formula(&settings)?;
    Ok(settings.backoff(one_of(given, &BACKOFFS)?))
}

fn jitter(settings: Settings, given: &Given) -> Result<Settings, String> {
    let jitter = match given.number() {
        Err(_) if given.word().is_ok_and(|word| word.parse::<f64>().is_err()) => one_of(given, &JITTERS)?,
        number => Jitter::Factor(number?),
    };
    checked(settings, |policy| policy.try_jitter(jitter).map_err(text))
}

/// Exactly these.
fn retry_refused(settings: Settings, given: &Given) -> Result<Settings, String> {
    let mut named = Vec::new();
    for word in given.words()? {
        let kind = refusal(word)?;
        if named.contains(&kind) {
            return Err(format!("`{word}` is named twice: keep one"));
        }
        named.push(kind);
    }
    if named.is_empty() {
        return Err("`retry_refused()` names no refusal: leave it out for those of the code".to_owned());
    }
    Ok(settings.retrying_exactly(&named))
}

fn refusal(word: &str) -> Result<ErrorKind, String> {
    let known = REFUSALS.map(ErrorKind::name);
    REFUSALS.into_iter().find(|kind| kind.name() == word).ok_or_else(|| {
        let help = match nearest(word, known.into_iter()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("write {}", known.map(|name| format!("`{name}`")).join(", ")),
        };
        format!("unknown refusal `{}`: {help}", word.escape_debug())
    })
}
