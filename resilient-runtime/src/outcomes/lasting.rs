//! State that outlives the calls which it has admitted, so that a call which hangs can be counted at its deadline.

use std::sync::Arc;

use crate::deadline::open_calls::{Admits, Admitter};

/// State that outlives the calls which it has admitted.
#[derive(Debug)]
pub enum Lasting<S: 'static> {
    /// It lives as long as the program.
    Static(&'static S),
    /// It lives as long as this.
    Shared(Arc<S>),
}

impl<S: Admits + 'static> Lasting<S> {
    pub(super) fn admitter(self) -> Admitter {
        match self {
            Self::Static(state) => Admitter::Static(state),
            Self::Shared(state) => Admitter::Shared(state),
        }
    }
}

/// State that need not live as long as the program, and what may give it for longer than the call.
#[derive(Debug)]
pub struct Kept<'a, S, K> {
    pub(crate) state: &'a S,
    pub(crate) keep: K,
}
