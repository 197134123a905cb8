//! Sync calls below a deadline: how one counts that returns after the deadline, or never.

use std::cell::RefCell;
use std::time::Instant;

use crate::core::clock;
use crate::deadline::current::{self as deadline, SyncLimit};
use crate::deadline::dropped::ended_waits;
use crate::deadline::open_calls::{ListedCall, OpenCall, admitted};
use crate::outcomes::gate::{Gate, Ticket};
use crate::outcomes::lasting::Lasting;
use crate::outcomes::outcome::Outcome;

thread_local! {
    /// The calls on this thread in the order of admission. They end in reverse order.
    static IN_FLIGHT: RefCell<Vec<InFlight>> = const { RefCell::new(Vec::new()) };
}

struct InFlight {
    /// The limit above the gate that ends first.
    limit: SyncLimit,
    since: Instant,
    /// How many waits of this thread deadlines had ended when the call began.
    waits: u64,
    /// Its entry in the job's list, from which a caller that leaves at the deadline reports the failure.
    listed: Option<ListedCall>,
}

impl InFlight {
    fn push(call: Option<OpenCall>) -> bool {
        let Some(limit) = deadline::sync_limit() else { return false };
        let since = clock::thread_now();
        let listed = call.and_then(|call| admitted(call, since));
        let in_flight = Self { limit, since, waits: ended_waits(), listed };
        // While the thread ends, its thread locals may be gone.
        IN_FLIGHT.try_with(|calls| calls.borrow_mut().push(in_flight)).is_ok()
    }

    /// The outcome as it counts now. A call that returns after the deadline is a failure if only the callee can have
    /// kept it; else it counts neither way, as an async call that is dropped at the deadline does.
    fn outcome_by_now(&self, outcome: Outcome, has_asked: bool) -> Outcome {
        if !self.limit.is_over() {
            outcome
        } else if has_asked && self.waits == ended_waits() && self.limit.fails(self.since) {
            Outcome::Failure
        } else if outcome == Outcome::Ignored {
            Outcome::Ignored
        } else {
            Outcome::Dropped
        }
    }
}

/// Records that a call begins. If its gate can be kept beyond the call, its failure is counted at the deadline itself,
/// even if the call never returns; else only when it returns. Returns whether there is a deadline; if so, [`end`] must
/// be called.
#[cold]
#[inline(never)]
pub(crate) fn begin<G: Gate>(mark: G::Mark, gate: Option<Lasting<G>>) -> bool {
    InFlight::push(gate.map(|gate| OpenCall { admitted_by: gate.admitter(), words: G::words(mark) }))
}

/// The same for a `'static` gate.
#[cold]
#[inline(never)]
pub(crate) fn begin_reported<G: Gate>(gate: &'static G, mark: G::Mark) -> bool {
    begin(mark, Some(Lasting::Static(gate)))
}

/// Reports to the gate how the call ended that began last. `has_asked` is false if a policy further in refused it.
#[cold]
pub(crate) fn end<G: Gate>(ticket: Ticket<'_, G>, outcome: Outcome, has_asked: bool) {
    let Some(mut in_flight) = IN_FLIGHT.with_borrow_mut(Vec::pop) else { return };
    if in_flight.listed.take().is_some_and(ListedCall::remove) {
        ticket.end_late(outcome);
    } else {
        ticket.end(in_flight.outcome_by_now(outcome, has_asked));
    }
}
