//! Closures that look at the outcomes of one call, each in the place of what the policy says.

use std::time::Duration;

use crate::core::error::Failure;
use crate::core::whole::{parted, whole};
use crate::retry::events::{GiveUpEvent, RetryEvent};
use crate::retry::rules::Rules;

/// What looks at the outcomes of one call.
pub trait Looks<T, E> {
    /// Whether something looks at the end, and takes the time that has elapsed.
    const AT_THE_END: bool;

    /// The outcome, and whether it is worth another attempt if a closure says so.
    fn judge<R>(&mut self, outcome: Result<T, Failure<E, R>>) -> (Result<T, Failure<E, R>>, Option<bool>);

    /// The delay that a success asks for.
    fn asked(&mut self, value: &T) -> Option<Duration>;

    /// A delay begins.
    fn retrying(&mut self, rules: Option<&Rules<E>>, event: &RetryEvent<'_, E>);

    /// No further attempt is made.
    fn given_up(&mut self, rules: Option<&Rules<E>>, event: &GiveUpEvent<'_, E>);
}

/// The place of each closure: [`ByPolicy`], or what holds the closure.
#[derive(Debug)]
pub struct Places<J, A, O, G> {
    pub(super) judge: J,
    pub(super) asked: A,
    pub(super) on_retry: O,
    pub(super) on_give_up: G,
}

/// No closure: the policy says.
#[derive(Clone, Copy, Debug)]
pub struct ByPolicy;

/// A closure over results.
#[derive(Debug)]
pub struct ByResult<F>(pub(super) F);

/// A closure over errors.
#[derive(Debug)]
pub struct ByError<F>(pub(super) F);

/// A closure over values.
#[derive(Debug)]
pub struct ByValue<F>(pub(super) F);

/// A closure over errors and one over values.
#[derive(Debug)]
pub struct ByBoth<F, V> {
    pub(super) errors: F,
    pub(super) values: V,
}

/// A closure over events.
#[derive(Debug)]
pub struct Observer<F>(pub(super) F);

/// Whether an outcome is worth another attempt.
pub trait Judge<T, E> {
    /// See [`Looks::judge`].
    fn judge<R>(&mut self, outcome: Result<T, Failure<E, R>>) -> (Result<T, Failure<E, R>>, Option<bool>);
}

impl<T, E> Judge<T, E> for ByPolicy {
    #[inline]
    fn judge<R>(&mut self, outcome: Result<T, Failure<E, R>>) -> (Result<T, Failure<E, R>>, Option<bool>) {
        (outcome, None)
    }
}

impl<T, E, F: FnMut(&Result<T, E>) -> bool> Judge<T, E> for ByResult<F> {
    fn judge<R>(&mut self, outcome: Result<T, Failure<E, R>>) -> (Result<T, Failure<E, R>>, Option<bool>) {
        let whole = whole(outcome);
        let again = whole.as_ref().ok().map(&mut self.0);
        (parted(whole), again)
    }
}

impl<T, E, F: FnMut(&E) -> bool> Judge<T, E> for ByError<F> {
    fn judge<R>(&mut self, outcome: Result<T, Failure<E, R>>) -> (Result<T, Failure<E, R>>, Option<bool>) {
        let again = match &outcome {
            Err(Failure::Inner(error)) => Some((self.0)(error)),
            _ => None,
        };
        (outcome, again)
    }
}

impl<T, E, F: FnMut(&T) -> bool> Judge<T, E> for ByValue<F> {
    fn judge<R>(&mut self, outcome: Result<T, Failure<E, R>>) -> (Result<T, Failure<E, R>>, Option<bool>) {
        let again = outcome.as_ref().ok().map(&mut self.0);
        (outcome, again)
    }
}

impl<T, E, F: FnMut(&E) -> bool, V: FnMut(&T) -> bool> Judge<T, E> for ByBoth<F, V> {
    fn judge<R>(&mut self, outcome: Result<T, Failure<E, R>>) -> (Result<T, Failure<E, R>>, Option<bool>) {
        let again = match &outcome {
            Ok(value) => Some((self.values)(value)),
            Err(Failure::Inner(error)) => Some((self.errors)(error)),
            Err(Failure::Refused(_)) => None,
        };
        (outcome, again)
    }
}

/// The delay that a success asks for.
pub trait Ask<T> {
    /// See [`Looks::asked`].
    fn asked(&mut self, value: &T) -> Option<Duration>;
}

impl<T> Ask<T> for ByPolicy {
    fn asked(&mut self, _: &T) -> Option<Duration> {
        None
    }
}

impl<T, F: FnMut(&T) -> Option<Duration>> Ask<T> for ByValue<F> {
    fn asked(&mut self, value: &T) -> Option<Duration> {
        (self.0)(value)
    }
}

/// An observer of delays.
pub trait ObserveRetry<E> {
    /// See [`Looks::retrying`].
    fn retrying(&mut self, rules: Option<&Rules<E>>, event: &RetryEvent<'_, E>);
}

impl<E> ObserveRetry<E> for ByPolicy {
    fn retrying(&mut self, rules: Option<&Rules<E>>, event: &RetryEvent<'_, E>) {
        if let Some(on_retry) = rules.and_then(|rules| rules.on_retry) {
            on_retry(event);
        }
    }
}

impl<E, F: FnMut(&RetryEvent<'_, E>)> ObserveRetry<E> for Observer<F> {
    fn retrying(&mut self, _: Option<&Rules<E>>, event: &RetryEvent<'_, E>) {
        (self.0)(event);
    }
}

/// An observer of the end.
pub trait ObserveEnd<E> {
    /// See [`Looks::AT_THE_END`].
    const AT_THE_END: bool;

    /// See [`Looks::given_up`].
    fn given_up(&mut self, rules: Option<&Rules<E>>, event: &GiveUpEvent<'_, E>);
}

impl<E> ObserveEnd<E> for ByPolicy {
    const AT_THE_END: bool = false;

    fn given_up(&mut self, rules: Option<&Rules<E>>, event: &GiveUpEvent<'_, E>) {
        if let Some(on_give_up) = rules.and_then(|rules| rules.on_give_up) {
            on_give_up(event);
        }
    }
}

impl<E, F: FnMut(&GiveUpEvent<'_, E>)> ObserveEnd<E> for Observer<F> {
    const AT_THE_END: bool = true;

    fn given_up(&mut self, _: Option<&Rules<E>>, event: &GiveUpEvent<'_, E>) {
        (self.0)(event);
    }
}

impl<T, E, J, A, O, G> Looks<T, E> for Places<J, A, O, G>
where
    J: Judge<T, E>,
    A: Ask<T>,
    O: ObserveRetry<E>,
    G: ObserveEnd<E>,
{
    const AT_THE_END: bool = G::AT_THE_END;

    #[inline]
    fn judge<R>(&mut self, outcome: Result<T, Failure<E, R>>) -> (Result<T, Failure<E, R>>, Option<bool>) {
        self.judge.judge(outcome)
    }

    fn asked(&mut self, value: &T) -> Option<Duration> {
        self.asked.asked(value)
    }

    fn retrying(&mut self, rules: Option<&Rules<E>>, event: &RetryEvent<'_, E>) {
        self.on_retry.retrying(rules, event);
    }

    fn given_up(&mut self, rules: Option<&Rules<E>>, event: &GiveUpEvent<'_, E>) {
        self.on_give_up.given_up(rules, event);
    }
}
