//! The settings of `retry`.

use resilient_rules::bounds::at_least_one;
use resilient_rules::refusal;
use resilient_rules::retry::{self as rules, FORMULAS, Formula};
use resilient_rules::words::{self, did_you_mean};

use super::{above_zero, growth, one_of, settings};
use crate::config::value::Given;
use crate::core::error::ErrorKind;
use crate::registry::similar::nearest;
use crate::retry::backoff::{Backoff, Jitter};
use crate::retry::settings::{REFUSALS, Settings};

const JITTERS: [(&str, Jitter); 3] = {
    let [full, equal, none] = rules::JITTERS;
    [(full, Jitter::Full), (equal, Jitter::Equal), (none, Jitter::None)]
};

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
        Ok(settings.exponential_base(growth(given, rules::exponential_base)?))
    };
    "jitter": |settings, given| jitter(settings, given);
    "max_elapsed": |settings, given| Ok(settings.max_elapsed(above_zero(given)?));
    "deadline": |settings, given| one_of(given, &[(rules::IGNORE_DEADLINE, ())]).map(|()| settings.ignore_deadline());
    "max_retry_after": |settings, given| Ok(settings.max_retry_after(above_zero(given)?));
    "retry_refused": |settings, given| retry_refused(settings, given);
}

fn max_attempts(settings: Settings, given: &Given) -> Result<Settings, String> {
    if given.word() == Ok("unlimited") {
        return Ok(settings.unlimited_attempts());
    }
    let attempts = given.count()?;
    if let Some(fact) = at_least_one("max_attempts", attempts) {
        return Err(format!("{fact}: give more, or `enabled = false`"));
    }
    if let Some(fact) = rules::never_retried(attempts) {
        return Err(format!("{fact}: give 2 or more, or `enabled = false`"));
    }
    Ok(settings.max_attempts(attempts))
}

/// Delays that no formula gives.
pub(crate) const DELAYS_OF_CODE: &str = "the delays are a list or a function in the code, which stays";

/// A list and a function stay.
fn formula(settings: &Settings) -> Result<(), String> {
    if settings.has_formula() { Ok(()) } else { Err(DELAYS_OF_CODE.to_owned()) }
}

fn backoff(settings: Settings, given: &Given) -> Result<Settings, String> {
    formula(&settings)?;
    Ok(settings.backoff(match one_of(given, &FORMULAS)? {
        Formula::Exponential => Backoff::Exponential,
        Formula::Linear => Backoff::Linear,
        Formula::Constant => Backoff::Constant,
        Formula::Fibonacci => Backoff::Fibonacci,
        Formula::Decorrelated => Backoff::Decorrelated,
    }))
}

fn jitter(settings: Settings, given: &Given) -> Result<Settings, String> {
    let jitter = match given.number() {
        Err(_) if given.word().is_ok_and(|word| word.parse::<f64>().is_err()) => one_of(given, &JITTERS)?,
        number => Jitter::Factor(number?),
    };
    match jitter {
        Jitter::Factor(factor) if !rules::is_jitter(factor) => Err(rules::JITTER.to_owned()),
        jitter => Ok(settings.jitter(jitter)),
    }
}

/// Exactly these.
fn retry_refused(settings: Settings, given: &Given) -> Result<Settings, String> {
    let mut named = Vec::new();
    for word in given.words()? {
        let kind = named_refusal(word)?;
        if named.contains(&kind) {
            return Err(refusal::named_twice(word));
        }
        named.push(kind);
    }
    if named.is_empty() {
        return Err(format!("{}: leave it out for those of the code", refusal::no_refusal("retry_refused")));
    }
    Ok(settings.retrying_exactly(&named))
}

fn named_refusal(word: &str) -> Result<ErrorKind, String> {
    let known = REFUSALS.map(ErrorKind::name);
    REFUSALS.into_iter().find(|kind| kind.name() == word).ok_or_else(|| {
        let help = match nearest(word, known.into_iter()) {
            Some(meant) => did_you_mean(meant),
            None => format!("write {}", words::one_of(&known)),
        };
        format!("{}: {help}", refusal::unknown(word.escape_debug()))
    })
}
