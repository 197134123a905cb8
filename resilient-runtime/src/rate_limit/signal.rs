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

/// What the errors say, or the values.
pub trait Says<O> {
    /// What this one says.
    fn said(&self, outcome: &O) -> Signal;
}

impl<O> Says<O> for NoSignals {
    #[inline]
    fn said(&self, _: &O) -> Signal {
        Signal::GoOn
    }
}

/// These stop everybody, and say not for how long.
#[derive(Debug)]
pub struct PauseIf<C>(pub(crate) C);

impl<O, C: Fn(&O) -> bool> Says<O> for PauseIf<C> {
    fn said(&self, outcome: &O) -> Signal {
        if (self.0)(outcome) { Signal::Pause(None) } else { Signal::GoOn }
    }
}

/// These stop everybody, and say for how long.
#[derive(Debug)]
pub struct Pausing<C, A> {
    /// Which do.
    pub(crate) is_too_many: C,
    /// For how long.
    pub(crate) retry_after: A,
}

impl<O, C: Fn(&O) -> bool, A: Fn(&O) -> Option<Duration>> Says<O> for Pausing<C, A> {
    fn said(&self, outcome: &O) -> Signal {
        if (self.is_too_many)(outcome) { Signal::Pause((self.retry_after)(outcome)) } else { Signal::GoOn }
    }
}

/// Errors and values, each with what they say.
#[derive(Debug)]
pub struct PausedBy<P, V> {
    pub(crate) errors: P,
    pub(crate) values: V,
}

impl<T, E, P: Says<E>, V: Says<T>> Signals<T, E> for PausedBy<P, V> {
    fn signal(&self, result: Result<&T, &E>) -> Signal {
        match result {
            Ok(value) => self.values.said(value),
            Err(error) => self.errors.said(error),
        }
    }
}
