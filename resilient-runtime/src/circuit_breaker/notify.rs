//! Who is notified of a breaker's changes of state.

use std::ptr;
use std::sync::LazyLock;
use std::time::Duration;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::machine::Machine;
use crate::circuit_breaker::policy::on_state_change::OnStateChange;
use crate::circuit_breaker::state_word::StateWord;
use crate::core::circuit_state::CircuitState;
use crate::event::breaker_changed::BreakerChanged;
use crate::event::changes::Changes;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::{listener, listeners, turns};

/// A change, and what its policy calls with it.
struct Queued {
    change: BreakerChanged,
    function: Option<OnStateChange>,
    /// How many changes led to it, each by a listener of the one before.
    depth: u32,
}

/// Of all breakers: there is little in it, and breakers stay small.
static CHANGES: LazyLock<Changes<Queued>> = LazyLock::new(Changes::new);

/// Queues the change that was just made, under the machine's lock, if somebody wants it. Returns whether it did:
/// [`deliver`] must then be called without that lock.
pub(super) fn queue(breaker: &CircuitBreaker, before: StateWord, machine: &Machine) -> bool {
    #[cfg(feature = "readings")]
    crate::circuit_breaker::transitions::count(breaker.name(), machine.word().state());
    let function = breaker.in_force().policy.on_state_change;
    let is_wanted = function.is_some() || listeners::is_wanted(Kinds::CHANGES);
    if is_wanted {
        let queued = Queued { change: change(breaker, before, machine), function, depth: turns::depth_of_next() };
        CHANGES.push(identity(breaker), queued);
    }
    is_wanted
}

pub(super) fn deliver(breaker: &CircuitBreaker) {
    turns::take(deliver_of, identity(breaker));
}

fn deliver_of(identity: usize) {
    CHANGES.deliver(identity, |Queued { change, function, depth }| {
        turns::at_depth(depth, || {
            if let Some(OnStateChange(function)) = function {
                listener::run(function as *const () as usize, || function(&change));
            }
            listeners::deliver(&Event::BreakerChanged(change));
        });
    });
}

/// Another breaker may get it once this one is freed: then changes of both are delivered by one caller, in their order.
fn identity(breaker: &CircuitBreaker) -> usize {
    ptr::from_ref(breaker).addr()
}

fn change(breaker: &CircuitBreaker, before: StateWord, machine: &Machine) -> BreakerChanged {
    let word = machine.word();
    let has_opened = word.state() == CircuitState::Open;
    let open_for = || Duration::from_millis(machine.open_until().saturating_sub(breaker.millis()));
    BreakerChanged {
        name: breaker.name(),
        number: word.generation(),
        from: before.state(),
        to: word.state(),
        because: machine.reason(),
        stats: breaker.stats(),
        open_for: has_opened.then(open_for),
    }
}
