//! What a script of a test puts in the place of a body.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::core::error::{Error, Failure};
use crate::core::lift::{Lift, lift_call};
use crate::testing::script::{next_refusal, next_return};

/// What may stand in the place of a body's outcome besides its own error.
type OfScript = Error;

/// Begins a body: returns from it if the script has a result.
///
/// `Any` needs a type that is `'static`, which one with a type parameter of the `impl` around the function is not. So the
/// result type is named twice: as it is, and where its names can only be those of the module, because in the blocks
/// between there are types of the same names. If the two differ, or without a type, no result comes from a script.
#[doc(hidden)]
#[macro_export]
macro_rules! __resilient_scripted {
    ($path:expr) => {
        $crate::private::passes($path);
    };
    ($path:expr, $returns:ty, $($Name:ident)*) => {
        if let ::core::option::Option::Some(returned) = {
            let target = $crate::private::Target::<$returns>::NEW;
            {
                $(
                    #[allow(dead_code)]
                    enum $Name {}
                )*
                {
                    #[allow(unused_imports)]
                    use self::*;
                    #[allow(unused_imports)]
                    use $crate::private::{ScriptNone as _, ScriptPlain as _};
                    $crate::private::Script::<$returns, _>::of($path, target).__resilient_next()
                }
            }
        } {
            return returned;
        }
    };
}

pub use __resilient_scripted as scripted;

/// The type that a function returns.
#[derive(Debug)]
pub struct Target<R>(PhantomData<fn() -> R>);

impl<R> Target<R> {
    /// It has no value.
    pub const NEW: Self = Self(PhantomData);
}

/// The script of a function that returns `R`, which is `S` in its module.
#[derive(Debug)]
pub struct Script<S, R> {
    function: &'static str,
    returns: PhantomData<fn() -> (S, R)>,
}

impl<S, R> Script<S, R> {
    /// Of the function with this path.
    pub const fn of(function: &'static str, _: Target<R>) -> Self {
        Self { function, returns: PhantomData }
    }
}

impl<T: 'static, E: 'static> Script<Result<T, E>, Result<T, E>> {
    /// What the body returns, if the script has something.
    #[allow(clippy::missing_errors_doc, reason = "the error is the script's")]
    pub fn __resilient_next(self) -> Option<Result<T, E>> {
        next_return(self.function).map(|returned| returned.result(self.function))
    }
}

/// For functions that return no `Result`.
pub trait ScriptPlain<T> {
    /// What the body returns, if the script has something.
    fn __resilient_next(self) -> Option<T>;
}

impl<T: 'static> ScriptPlain<T> for Script<T, T> {
    fn __resilient_next(self) -> Option<T> {
        next_return(self.function).map(|returned| returned.plain(self.function))
    }
}

/// For functions whose result type is not of their module.
pub trait ScriptNone<R> {
    /// Nothing.
    fn __resilient_next(self) -> Option<R>;
}

impl<S, R> ScriptNone<R> for &Script<S, R> {
    fn __resilient_next(self) -> Option<R> {
        passes(self.function);
        None
    }
}

/// Begins a body whose result cannot come from a script.
pub fn passes(function: &str) {
    if let Some(returned) = next_return(function) {
        returned.is_impossible(function);
    }
}

/// A body that something around it can refuse, into the pipeline.
#[allow(clippy::missing_errors_doc, reason = "the error is the result's own")]
pub fn lift_refusable_call<T, E>(
    function: &'static str,
    call: impl FnOnce() -> Result<T, E>,
) -> Result<T, Failure<E, OfScript>> {
    match next_refusal(function) {
        Some(refusal) => Err(Failure::Refused(refusal)),
        None => lift_call(call).map_err(widened),
    }
}

fn widened<E>(failure: Failure<E, Infallible>) -> Failure<E, OfScript> {
    failure.widen()
}

/// The same for a future.
pub const fn lift_refusable_future<F>(function: &'static str, future: F) -> LiftRefusable<F>
where
    F: Future,
{
    LiftRefusable { lifted: Lift::new(future), function: Some(function) }
}

pin_project! {
    /// A future, carried into a pipeline, in whose place a refusal may stand.
    #[must_use = "futures do nothing unless awaited"]
    pub struct LiftRefusable<F> {
        #[pin]
        lifted: Lift<F>,
        // Until the first poll.
        function: Option<&'static str>,
    }
}

impl<F: Future<Output = Result<T, E>>, T, E> Future for LiftRefusable<F> {
    type Output = Result<T, Failure<E, OfScript>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.function.take().and_then(next_refusal) {
            Some(refusal) => Poll::Ready(Err(Failure::Refused(refusal))),
            None => this.lifted.poll(context).map(|outcome| outcome.map_err(widened)),
        }
    }
}
