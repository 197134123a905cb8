//! What the functions that an attribute names have to take and to give. Compile errors print these traits.

use std::time::Duration;

use crate::core::attempt::Attempt;

/// What `exhausted = wrap` makes of the last error. Generated code names `into_source` by its path, so that the
/// error about a type that lacks it points at the setting.
#[diagnostic::on_unimplemented(
    message = "`exhausted = wrap` keeps the last error as a `Box<dyn Error + Send + Sync>`, and `{Self}` does not turn into one",
    label = "`{Self}` cannot be kept as the last error",
    note = "implement `std::error::Error` for it (it must also be `Send`, `Sync` and `'static`), or leave out `exhausted`"
)]
pub trait IntoSource {
    /// The error as the source of another.
    fn into_source(self) -> Box<dyn std::error::Error + Send + Sync>;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> IntoSource for E {
    fn into_source(self) -> Box<dyn std::error::Error + Send + Sync> {
        self.into()
    }
}

/// A function that finds the delay that an error asks for, from the error alone or with the attempt that ended with it.
/// Generated code names `find_pause` by its path, so that a value of another type causes one error, with this message.
/// Compile errors print the trait's name, so it keeps their word.
#[diagnostic::on_unimplemented(
    message = "`retry_after` takes a `fn(&E) -> Option<Duration>` over the function's error, or one that takes an `Attempt` as well",
    label = "this finds no pause in the error",
    note = "write a closure where the types differ: `retry_after = |error| …` or `|error, attempt| …`"
)]
pub trait FindPause<E, K> {
    /// The delay, if the error asks for one.
    fn find_pause(self, error: &E, attempt: Attempt) -> Option<Duration>;
}

/// The kind of functions that take the error alone.
#[derive(Debug)]
pub struct OfError;

/// The kind of functions that take the attempt as well.
#[derive(Debug)]
pub struct OfAttempt;

#[diagnostic::do_not_recommend]
impl<E, F: FnOnce(&E) -> Option<Duration>> FindPause<E, OfError> for F {
    fn find_pause(self, error: &E, _: Attempt) -> Option<Duration> {
        self(error)
    }
}

#[diagnostic::do_not_recommend]
impl<E, F: FnOnce(&E, Attempt) -> Option<Duration>> FindPause<E, OfAttempt> for F {
    fn find_pause(self, error: &E, attempt: Attempt) -> Option<Duration> {
        self(error, attempt)
    }
}
