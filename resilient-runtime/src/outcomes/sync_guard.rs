//! Sync calls through a gate, by how they end: a value, an error, or a panic.

use crate::core::error::{Error, Failure, Refusal};
use crate::deadline::current as deadline;
use crate::outcomes::gate::{Gate, Ticket};
use crate::outcomes::in_flight;
use crate::outcomes::lasting::{Kept, Lasting};
use crate::outcomes::outcome::{Outcome, has_asked, outcome};

/// A gate as a sync call has it.
pub trait SyncGate {
    /// Runs a body if the gate admits it. `judge` says how an outcome of the function counts.
    ///
    /// # Errors
    ///
    /// The failure of the body, or the refusal.
    fn guard<T, E, R: Refusal>(
        self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    ) -> Result<T, Failure<E>>;
}

/// One that lives as long as the program.
impl<G: Gate> SyncGate for &'static G {
    #[inline]
    fn guard<T, E, R: Refusal>(
        self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    ) -> Result<T, Failure<E>> {
        let mark = match self.admit_at_once() {
            Some(mark) => mark,
            None => self.decide()?,
        };
        let is_noted = deadline::has_sync_limit() && in_flight::begin_reported(self, mark);
        guarded(Ticket::of_parts(self, mark), is_noted, body, judge)
    }
}

/// One that `keep` may give for longer than the call. It is called below a deadline only.
impl<G: Gate + 'static, K: FnOnce() -> Option<Lasting<G>>> SyncGate for Kept<'_, G, K> {
    fn guard<T, E, R: Refusal>(
        self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    ) -> Result<T, Failure<E>> {
        let ticket = Ticket::request(self.state)?;
        let (_, mark) = ticket.parts();
        let is_noted = deadline::has_sync_limit() && in_flight::begin(mark, (self.keep)());
        guarded(ticket, is_noted, body, judge)
    }
}

/// Runs a body through a gate of which nothing is known but that it lives as long as the call.
pub(crate) fn guard_by_hand<G: Gate + 'static, T, E, R: Refusal>(
    gate: &G,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    judge: impl FnOnce(Result<&T, &E>) -> Outcome,
) -> Result<T, Failure<E>> {
    Kept { state: gate, keep: || None }.guard(body, judge)
}

/// Runs a body that has been admitted, and noted if a deadline may be over before it comes back.
#[inline]
fn guarded<G: Gate, T, E, R: Refusal>(
    ticket: Ticket<'_, G>,
    is_noted: bool,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    judge: impl FnOnce(Result<&T, &E>) -> Outcome,
) -> Result<T, Failure<E>> {
    let unwinding = OnUnwind { ticket, is_noted, outcome: G::PANIC };
    let result = body();
    std::mem::forget(unwinding);
    let unwinding = OnUnwind { ticket, is_noted, outcome: Outcome::Ignored };
    let outcome = outcome(&result, judge, |_: &Error| Outcome::Failure);
    std::mem::forget(unwinding);
    end(ticket, is_noted, outcome, || has_asked(&result));
    result.map_err(Failure::widen)
}

#[inline]
fn end<G: Gate>(ticket: Ticket<'_, G>, is_noted: bool, outcome: Outcome, has_asked: impl FnOnce() -> bool) {
    if is_noted {
        let (gate, mark) = ticket.parts();
        end_noted(gate, mark, outcome, has_asked());
    } else {
        ticket.end(outcome);
    }
}

#[cold]
#[inline(never)]
fn end_noted<G: Gate>(gate: &G, mark: G::Mark, outcome: Outcome, has_asked: bool) {
    in_flight::end(Ticket::of_parts(gate, mark), outcome, has_asked);
}

/// Ends the call if the body or the predicate panics; forgotten otherwise. Each of the two has a guard of its own,
/// because one that changed could not stay in registers.
struct OnUnwind<'a, G: Gate> {
    ticket: Ticket<'a, G>,
    is_noted: bool,
    outcome: Outcome,
}

impl<G: Gate> Drop for OnUnwind<'_, G> {
    #[inline]
    fn drop(&mut self) {
        let (gate, mark) = self.ticket.parts();
        unwound(gate, mark, self.is_noted, self.outcome);
    }
}

#[cold]
#[inline(never)]
fn unwound<G: Gate>(gate: &G, mark: G::Mark, is_noted: bool, outcome: Outcome) {
    end(Ticket::of_parts(gate, mark), is_noted, outcome, || true);
}
