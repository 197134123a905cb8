//! Async calls through a gate, by how they end: a value, an error, a panic, or not at all.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::core::error::{Error, Failure, Refusal};
use crate::deadline::dropped::{BeforeBody, ended_waits};
use crate::outcomes::failures::Failures;
use crate::outcomes::gate::{Gate, Ticket};
use crate::outcomes::held::Held;
use crate::outcomes::outcome::{Outcome, outcome};

/// Ends the call if the body panics; defused otherwise.
struct FailOnUnwind<'a, G: Gate>(Ticket<'a, G>);

impl<'a, G: Gate> FailOnUnwind<'a, G> {
    #[inline]
    fn defuse(self) -> Ticket<'a, G> {
        let ticket = self.0;
        std::mem::forget(self);
        ticket
    }
}

impl<G: Gate> Drop for FailOnUnwind<'_, G> {
    #[cold]
    #[inline(never)]
    fn drop(&mut self) {
        self.0.end(G::PANIC);
    }
}

/// Ends a call that counts neither way if a predicate panics.
pub(crate) struct Judging<'a, G: Gate>(Ticket<'a, G>);

impl<'a, G: Gate> Judging<'a, G> {
    #[inline]
    pub(crate) const fn new(ticket: Ticket<'a, G>) -> Self {
        Self(ticket)
    }

    /// Ends the call as it should.
    #[inline]
    pub(crate) fn end(self, outcome: Outcome) {
        let ticket = self.0;
        std::mem::forget(self);
        ticket.end(outcome);
    }
}

impl<G: Gate> Drop for Judging<'_, G> {
    #[cold]
    #[inline(never)]
    fn drop(&mut self) {
        self.0.end(Outcome::Dropped);
    }
}

pin_project! {
    /// A body that runs if a gate admits it.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Guard<'a, G: Gate, F, C> {
        before_body: BeforeBody,
        #[pin]
        body: F,
        failures: C,
        // The ticket, requested at the first poll. It is here between polls only, so that a body that is ready at once
        // needs no more than registers for it. Dropped after the body.
        held: Held<'a, G>,
    }
}

impl<'a, G: Gate, F, C> Guard<'a, G, F, C> {
    /// A body that `gate` guards. Bounds on its output are on `Future` alone: each bound here would cost compile
    /// time in each annotated function.
    #[inline]
    pub(crate) const fn new(gate: &'a G, body: F, failures: C) -> Self {
        Guard { before_body: BeforeBody, body, failures, held: Held::none(gate) }
    }

    /// The body, which is polled without the gate's leave and does not count.
    #[inline]
    pub(crate) fn unguarded(self: Pin<&mut Self>) -> Pin<&mut F> {
        self.project().body
    }
}

impl<G: Gate, F, C, T, E, R> Future for Guard<'_, G, F, C>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Failures<T, E>,
    R: Refusal,
{
    type Output = Result<T, Failure<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let ticket = match this.held.take() {
            Ok(ticket) => ticket,
            Err(gate) => match gate.admit_at_once() {
                Some(mark) => Ticket::of_parts(gate, mark),
                None => Ticket::of_parts(gate, gate.decide()?),
            },
        };
        let unwinding = FailOnUnwind(ticket);
        let waits = ended_waits();
        let polled = this.body.poll(context);
        let ticket = unwinding.defuse();
        match polled {
            Poll::Pending => {
                this.held.keep(ticket);
                Poll::Pending
            }
            Poll::Ready(result) => {
                let refused = |refusal: &Error| this.held.refused_below(refusal, waits);
                let judging = Judging::new(ticket);
                judging.end(outcome(&result, |result| this.failures.judge(result), refused));
                Poll::Ready(result.map_err(Failure::widen))
            }
        }
    }
}
