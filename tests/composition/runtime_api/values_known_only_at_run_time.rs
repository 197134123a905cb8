//! Setters that return an error, in the words of the compile errors.

use super::*;
use resilient::InvalidSetting;

fn words<T>(set: Result<T, InvalidSetting>) -> Option<String> {
    set.err().map(|error| error.to_string())
}

#[test]
fn an_invalid_one_is_an_error() {
    let policy = RetryPolicy::new();
    let problems = [
        words(policy.try_max_attempts(0)),
        words(policy.try_backoff(Backoff::List(&[]))),
        words(policy.try_exponential_base(0.5)),
        words(policy.try_jitter(Jitter::Factor(1.5))),
        words(policy.try_max_elapsed(Duration::ZERO)),
        words(policy.base_delay(secs(2)).max_delay(secs(1)).try_checked()),
        words(policy.backoff(Backoff::List(const { &[secs(61)] })).try_checked()),
        words(policy.unlimited_attempts().try_checked()),
        words(TimeoutPolicy::try_new(Duration::ZERO)),
        words(TimeoutPolicy::new(secs(1)).try_duration(Duration::ZERO)),
    ];
    assert_eq!(
        problems.map(Option::unwrap_or_default),
        [
            "`max_attempts` must be at least 1",
            "the `backoff` list must have at least one delay",
            "`exponential_base` must be at least 1",
            "a `jitter` factor must be from 0 to 1",
            "`max_elapsed` must be above zero",
            "`base_delay` must not be longer than `max_delay`",
            "no delay of the `backoff` list may be longer than `max_delay`",
            "unlimited attempts need a `max_elapsed`",
            "a timeout must be above zero",
            "a timeout must be above zero",
        ]
    );
}

#[test]
fn a_valid_one_is_set() -> Result<(), InvalidSetting> {
    let set = RetryPolicy::new()
        .try_max_attempts(4)?
        .try_backoff(Backoff::Linear)?
        .try_exponential_base(1.5)?
        .try_jitter(Jitter::Equal)?
        .try_max_elapsed(secs(9))?
        .try_checked()?;
    let plain = RetryPolicy::new().max_attempts(4).backoff(Backoff::Linear).exponential_base(1.5);
    assert_eq!(set, plain.jitter(Jitter::Equal).max_elapsed(secs(9)));
    assert_eq!(TimeoutPolicy::try_new(secs(2))?.try_duration(secs(3))?, TimeoutPolicy::new(secs(3)));
    Ok(())
}

#[cfg(debug_assertions)]
#[test]
#[should_panic(expected = "the `backoff` list must have at least one delay")]
fn an_empty_list_panics_in_the_plain_setter() {
    let _ = RetryPolicy::new().backoff(Backoff::List(&[]));
}
