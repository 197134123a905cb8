//! A body that is guarded, or not, as is known only in the call.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::core::error::{Failure, Refusal};

pin_project! {
    /// A body that is guarded if there is state to guard it.
    #[project = PerhapsProjected]
    #[must_use = "futures do nothing unless awaited"]
    pub enum Perhaps<G, F> {
        /// By a guard around it.
        Guarded {
            #[pin]
            guard: G,
        },
        /// By nothing.
        Unguarded {
            #[pin]
            body: F,
        },
    }
}

impl<G, F, T, E, R> Future for Perhaps<G, F>
where
    G: Future<Output = Result<T, Failure<E>>>,
    F: Future<Output = Result<T, Failure<E, R>>>,
    R: Refusal,
{
    type Output = Result<T, Failure<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            PerhapsProjected::Guarded { guard } => guard.poll(context),
            PerhapsProjected::Unguarded { body } => body.poll(context).map_err(Failure::widen),
        }
    }
}
