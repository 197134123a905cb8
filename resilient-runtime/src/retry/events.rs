//! What the functions `on_retry` and `on_give_up` are called with.

use std::fmt;
use std::time::Duration;

use crate::core::error::{Error, Failure};
use crate::core::name::Escaped;
use crate::core::retries_exhausted::GiveUpReason;

/// The argument of `on_retry`, which is called before each delay.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryEvent<'a, E: ?Sized> {
    /// The path of the annotated function.
    pub name: &'a str,
    /// The attempt that has just ended, counted from 1.
    pub attempt: u32,
    /// The number of attempts that the policy allows, the first included; `None` if it is not limited.
    pub max_attempts: Option<u32>,
    /// The delay that begins now.
    pub delay: Duration,
    /// Why the attempt failed: the function's error or a refusal. `None` if it succeeded and `retry_if_ok` asks for
    /// another.
    pub error: Option<Failure<&'a E, &'a Error>>,
}

impl<E: ?Sized> RetryEvent<'_, E> {
    /// The function's error, if the attempt ended with one.
    pub const fn failure(&self) -> Option<&E> {
        inner(self.error)
    }

    /// The refusal, if the attempt ended with one.
    pub const fn refusal(&self) -> Option<&Error> {
        refusal(self.error)
    }
}

const fn inner<'a, E: ?Sized>(error: Option<Failure<&'a E, &Error>>) -> Option<&'a E> {
    match error {
        Some(Failure::Inner(error)) => Some(error),
        _ => None,
    }
}

const fn refusal<'a, E: ?Sized>(error: Option<Failure<&E, &'a Error>>) -> Option<&'a Error> {
    match error {
        Some(Failure::Refused(refusal)) => Some(refusal),
        _ => None,
    }
}

/// `my_crate::user: attempt 1 of 3 failed (no route), the next in 25ms`
impl<E: fmt::Display + ?Sized> fmt::Display for RetryEvent<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, attempt, max_attempts, delay, error } = self;
        write!(f, "{}: attempt {attempt}", Escaped(name))?;
        if let Some(max_attempts) = max_attempts {
            write!(f, " of {max_attempts}")?;
        }
        match error {
            Some(error) => write!(f, " failed ({error}), the next in {delay:?}"),
            None => write!(f, " is not enough, the next in {delay:?}"),
        }
    }
}

/// The argument of `on_give_up`, which is called once, after the last attempt, unless that attempt gave the answer.
///
/// It is not called for a call that is dropped, nor once the deadline above is over: nothing begins after a deadline.
#[derive(Debug)]
#[non_exhaustive]
pub struct GiveUpEvent<'a, E: ?Sized> {
    /// The path of the annotated function, or `retry` without an attribute.
    pub name: &'a str,
    /// The number of attempts that were made.
    pub attempts: u32,
    /// The time from the start of the first attempt to the end of the last.
    pub elapsed: Duration,
    /// Why no further attempt is made.
    pub why: GiveUpReason,
    /// How the last attempt failed: the function's error or a refusal. `None` if it succeeded and `retry_if_ok` asks
    /// for another.
    pub error: Option<Failure<&'a E, &'a Error>>,
}

impl<E: ?Sized> GiveUpEvent<'_, E> {
    /// The function's error, if the last attempt ended with one.
    pub const fn failure(&self) -> Option<&E> {
        inner(self.error)
    }

    /// The refusal, if the last attempt ended with one.
    pub const fn refusal(&self) -> Option<&Error> {
        refusal(self.error)
    }
}

/// `my_crate::user: given up after attempt 3 and 1.2s (no route): no attempt is left`
impl<E: fmt::Display + ?Sized> fmt::Display for GiveUpEvent<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, attempts, elapsed, why, error } = self;
        write!(f, "{}: given up after attempt {attempts} and {elapsed:?}", Escaped(name))?;
        if let Some(error) = error {
            write!(f, " ({error})")?;
        }
        write!(f, ": {}", why.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_break_the_line_of_an_event() {
        let event = RetryEvent {
            name: "a\nb",
            attempt: 2,
            max_attempts: Some(4),
            delay: Duration::from_millis(25),
            error: Some(Failure::Inner(&"no route")),
        };
        assert_eq!(event.to_string(), r"a\nb: attempt 2 of 4 failed (no route), the next in 25ms");
    }

    #[test]
    fn a_call_that_is_given_up_says_why() {
        let event = |why, error| {
            let event = GiveUpEvent { name: "user", attempts: 3, elapsed: Duration::from_secs(1), why, error };
            event.to_string()
        };
        assert_eq!(
            event(GiveUpReason::MaxAttempts, Some(Failure::Inner(&"no route"))),
            "user: given up after attempt 3 and 1s (no route): no attempt is left"
        );
        assert_eq!(
            event(GiveUpReason::MaxElapsed, None),
            "user: given up after attempt 3 and 1s: the next delay would end after `max_elapsed`"
        );
        assert_eq!(
            event(GiveUpReason::Budget, None),
            "user: given up after attempt 3 and 1s: the retry budget has no token"
        );
    }
}
