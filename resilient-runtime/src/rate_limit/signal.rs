//! What the outcome of a call says about the calls that follow.

use std::time::Duration;

/// Whether the calls that follow may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// They may.
    GoOn,
    /// The server said "too many": they have to wait for so long, or for as long as the policy says.
    Pause(Option<Duration>),
}

/// What outcomes of the function say. Refusals say nothing, because no server made them.
pub trait Signals<T, E> {
    /// What this outcome says.
    fn signal(&self, result: Result<&T, &E>) -> Signal;
}

/// No outcome says anything.
#[derive(Clone, Copy, Debug)]
pub struct NoSignals;

impl<T, E> Signals<T, E> for NoSignals {
    #[inline]
    fn signal(&self, _: Result<&T, &E>) -> Signal {
        Signal::GoOn
    }
}

/// The errors, or the values, that stop everybody.
#[derive(Debug)]
pub(crate) struct Pausing<C, A> {
    /// Which do.
    pub(crate) is_too_many: C,
    /// For how long.
    pub(crate) retry_after: A,
}

impl<C, A> Pausing<C, A> {
    fn signal<O>(&self, outcome: &O) -> Signal
    where
        C: Fn(&O) -> bool,
        A: Fn(&O) -> Option<Duration>,
    {
        if (self.is_too_many)(outcome) { Signal::Pause((self.retry_after)(outcome)) } else { Signal::GoOn }
    }
}

/// Errors and values stop everybody.
#[derive(Debug)]
pub struct PausedBy<C, A, P, B> {
    pub(crate) errors: Pausing<C, A>,
    pub(crate) values: Pausing<P, B>,
}

impl<T, E, C, A, P, B> Signals<T, E> for PausedBy<C, A, P, B>
where
    C: Fn(&E) -> bool,
    A: Fn(&E) -> Option<Duration>,
    P: Fn(&T) -> bool,
    B: Fn(&T) -> Option<Duration>,
{
    fn signal(&self, result: Result<&T, &E>) -> Signal {
        match result {
            Ok(value) => self.values.signal(value),
            Err(error) => self.errors.signal(error),
        }
    }
}
