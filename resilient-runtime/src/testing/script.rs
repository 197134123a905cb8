//! Scripts: what bodies return instead of running.

use std::any::{Any, type_name};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::core::circuit_state::CircuitState;
use crate::core::error::{Error, ErrorKind};
use crate::core::name::Name;
use crate::core::scope::{self, lock};

/// What one run of a body does in a [`script`](crate::testing::Scope::script). From [`pass`], [`ok`], [`err`] and
/// [`refuse`].
#[must_use = "it is an outcome for `Scope::script`"]
pub struct Outcome(Does);

enum Does {
    Pass,
    Return(Returned),
    Refuse(ErrorKind),
}

/// The body runs as ever.
pub const fn pass() -> Outcome {
    Outcome(Does::Pass)
}

/// The body does not run; its result is this value.
///
/// `T` is exactly the type that the function returns, or has in its `Result`: [`script`](crate::testing::Scope::script)
/// says what happens otherwise.
pub fn ok<T: Send + 'static>(value: T) -> Outcome {
    Outcome(Does::Return(Returned { is_ok: true, type_name: type_name::<T>(), value: Box::new(value) }))
}

/// The body does not run; its result is this error.
///
/// `E` is exactly the error type of the function: [`script`](crate::testing::Scope::script) says what happens otherwise.
pub fn err<E: Send + 'static>(error: E) -> Outcome {
    Outcome(Does::Return(Returned { is_ok: false, type_name: type_name::<E>(), value: Box::new(error) }))
}

/// The body does not run; in its place the call is refused, as if the innermost attribute that can refuse had done so.
/// What counts refusals of this kind above it counts this one, and what retries or answers them does.
pub const fn refuse(kind: ErrorKind) -> Outcome {
    Outcome(Does::Refuse(kind))
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Does::Pass => f.write_str("pass()"),
            Does::Return(returned) => write!(f, "{}({})", returned.word(), returned.type_name),
            Does::Refuse(kind) => write!(f, "refuse({kind:?})"),
        }
    }
}

/// A value or an error that a body is to return.
pub(crate) struct Returned {
    is_ok: bool,
    type_name: &'static str,
    value: Box<dyn Any + Send>,
}

impl Returned {
    const fn word(&self) -> &'static str {
        if self.is_ok { "ok" } else { "err" }
    }

    /// As the result of a function.
    #[track_caller]
    #[allow(clippy::missing_errors_doc, reason = "the error is the script's")]
    pub(crate) fn result<T: 'static, E: 'static>(self, function: &str) -> Result<T, E> {
        if self.is_ok { Ok(self.take(function, "its value")) } else { Err(self.take(function, "its error")) }
    }

    /// As the value of a function that returns no `Result`.
    #[track_caller]
    pub(crate) fn plain<T: 'static>(self, function: &str) -> T {
        assert!(self.is_ok, "the script of `{function}` has an `err`, and the function returns no `Result`");
        self.take(function, "its value")
    }

    #[track_caller]
    fn take<T: 'static>(self, function: &str, what: &str) -> T {
        let (word, given, wanted) = (self.word(), self.type_name, type_name::<T>());
        let value = self.value.downcast().map(|value| *value);
        value.unwrap_or_else(|_| {
            panic!("the script of `{function}` has an `{word}` of type `{given}`, and {what} is of type `{wanted}`")
        })
    }

    /// For a function whose result cannot come from elsewhere.
    pub(crate) fn is_impossible(&self, function: &str) -> ! {
        panic!(
            "the script of `{function}` has an `{}`, which needs a function whose result type shows that it borrows \
             nothing and depends on no type parameter: use `pass()` and `refuse(…)`",
            self.word()
        );
    }
}

/// The scripts of a scope, and what is forced on its functions.
#[derive(Default)]
pub(crate) struct Scripts {
    outcomes: Mutex<HashMap<String, VecDeque<Outcome>>>,
    /// For each function how many guards make its calls time out.
    timed_out: Mutex<HashMap<String, usize>>,
}

impl Scripts {
    pub(super) fn of(scope: &scope::Scope) -> &'static Self {
        scope.keep(0, || Box::leak(Box::default()))
    }

    fn here() -> Option<&'static Self> {
        scope::current().map(|scope: Arc<scope::Scope>| Self::of(&scope))
    }

    pub(super) fn add(&self, function: &str, outcomes: impl IntoIterator<Item = Outcome>) {
        // The iterator is code of the test: it runs without the lock.
        let outcomes: Vec<_> = outcomes.into_iter().collect();
        lock(&self.outcomes).entry(function.to_owned()).or_default().extend(outcomes);
    }

    pub(super) fn time_out(&self, function: &str) {
        *lock(&self.timed_out).entry(function.to_owned()).or_default() += 1;
    }

    pub(super) fn end_time_out(&self, function: &str) {
        if let Some(guards) = lock(&self.timed_out).get_mut(function) {
            *guards -= 1;
        }
    }

    fn next_refusal(&self, function: &str) -> Option<ErrorKind> {
        if lock(&self.timed_out).get(function).is_some_and(|guards| *guards > 0) {
            return Some(ErrorKind::TimedOut);
        }
        let mut outcomes = lock(&self.outcomes);
        let next = outcomes.get_mut(function)?;
        match next.front()?.0 {
            Does::Refuse(kind) => {
                next.pop_front();
                Some(kind)
            }
            Does::Pass | Does::Return(_) => None,
        }
    }

    fn next_outcome(&self, function: &str) -> Option<Outcome> {
        lock(&self.outcomes).get_mut(function)?.pop_front()
    }
}

/// The refusal of a call whose body is about to run, if the script has one.
pub(crate) fn next_refusal(function: &'static str) -> Option<Error> {
    let name = Name::intern(function);
    Some(match Scripts::here()?.next_refusal(function)? {
        ErrorKind::CircuitOpen => Error::CircuitOpen { name, state: CircuitState::Open, retry_after: None },
        ErrorKind::TimedOut => Error::TimedOut { name, after: Duration::ZERO },
        ErrorKind::BulkheadFull => Error::BulkheadFull { name, limit: 1 },
        ErrorKind::RateLimited => Error::RateLimited { name, retry_after: None },
        ErrorKind::Shed => Error::Shed { name, share: 1.0 },
        ErrorKind::NoItems => Error::NoItems { name },
        ErrorKind::RetriesExhausted => panic!("`refuse(RetriesExhausted)`: give each attempt an `err` instead"),
    })
}

/// What a body returns instead of running, if the script has something.
#[track_caller]
pub(crate) fn next_return(function: &str) -> Option<Returned> {
    let scripts = Scripts::here()?;
    // The layers have not looked, or they would have taken it.
    if let Some(kind) = scripts.next_refusal(function) {
        panic!("nothing around the body of `{function}` can refuse, so that `refuse({kind:?})` has no place there");
    }
    match scripts.next_outcome(function)?.0 {
        Does::Return(returned) => Some(returned),
        Does::Pass | Does::Refuse(_) => None,
    }
}
