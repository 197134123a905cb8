//! The layers that a call has entered, and what they hold of it. What is left when the call is dropped is given back.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::core::clock::{self, Start};
use crate::core::error::Error;
use crate::deadline::current::{AsyncLimit, Ends, Polling, cut, ended_by, first_expired, has_async_limit, over_before};
use crate::deadline::dropped::{self, BeforeBody};
use crate::event::call::{Call, Counts, Tally};
use crate::outcomes::gate::{Gate, Ticket};
use crate::outcomes::held::{end_dropped, pending_since};
use crate::pipeline::holds::{HeldTicket, Hold, Holds};
use crate::pipeline::layer::{GateLayer, Layer, Stack, TimeoutLayer};
use crate::timer::sleep::{Sleep, SleepFuture as _};

pub(super) struct Ledger<'p, E, T> {
    pub(super) stack: &'p Stack<E, T>,
    /// The first layer that it enters: an attempt of a hedge begins below that.
    base: usize,
    /// The layers from that on, and the timeouts among them.
    layers: &'p [Layer<E, T>],
    timeouts: &'p [TimeoutLayer],
    /// The attempt of a retry above them.
    pub(super) attempt: u32,
    /// So many of them have been entered, from the outermost on.
    entered: usize,
    /// For when the alarm is set, in nanoseconds.
    alarm_at: u64,
    /// How many waits deadlines had ended on this thread before this poll.
    waits: u64,
    holds: Holds,
    /// Of the whole call; none in an attempt of a hedge, which has a share of its attempts.
    pub(super) call: Call,
    share: Tally,
    has_begun: bool,
}

/// An alarm that is not set.
const NEVER: u64 = u64::MAX;

impl<'p, E, T> Ledger<'p, E, T> {
    #[inline]
    pub(super) fn new(stack: &'p Stack<E, T>) -> Self {
        Self {
            stack,
            base: 0,
            layers: &stack.layers,
            timeouts: &stack.timeouts,
            attempt: 1,
            entered: 0,
            alarm_at: NEVER,
            waits: 0,
            holds: Holds::default(),
            call: Call::NONE,
            share: Tally::NONE,
            has_begun: false,
        }
    }

    /// Of an attempt of a hedge, which begins with the layer `base`. `attempt` is that of a retry above, from 1.
    pub(super) fn below(&self, base: usize, attempt: u32) -> Self {
        let stack = self.stack;
        let mut ledger = Self::new(stack);
        (ledger.base, ledger.attempt, ledger.has_begun) = (base, attempt, true);
        ledger.share = self.shared().clone();
        ledger.layers = &stack.layers[base..];
        ledger.timeouts = &stack.timeouts[stack.timeouts.partition_point(|timeout| timeout.index < base)..];
        ledger
    }

    /// What counts the attempts of the whole call.
    #[inline]
    fn shared(&self) -> &Tally {
        if self.base == 0 { self.call.tally() } else { &self.share }
    }

    /// A retry makes an attempt.
    #[inline]
    pub(super) fn attempt(&self) {
        self.shared().attempt();
    }

    /// A fallback answers.
    pub(super) fn answered(&self) {
        self.shared().answered();
    }

    /// A hedge makes an attempt beside another, which begins with the layer `base`.
    pub(super) fn hedged(&self, base: usize) {
        self.stack.count_hedge(self.shared(), base);
    }

    /// How many layers are entered or above those that it enters.
    #[inline]
    pub(super) const fn depth(&self) -> usize {
        self.base + self.entered
    }

    /// A poll begins. With the first the call does.
    #[inline]
    pub(super) fn begin_poll(&mut self) {
        self.waits = dropped::ended_waits();
        if !self.has_begun {
            self.has_begun = true;
            self.call.begin_here(self.stack.name, self.stack.counts);
        }
    }

    pub(super) const fn waits_before(&self) -> u64 {
        self.waits
    }

    /// The layer to enter next.
    #[inline]
    pub(super) fn next(&self) -> Option<&'p Layer<E, T>> {
        self.layers.get(self.entered)
    }

    /// The next layer has been entered.
    #[inline]
    pub(super) fn entered(&mut self) {
        self.entered += 1;
    }

    #[inline]
    fn hold(&mut self, place: usize, hold: Hold) {
        self.holds.set(place, self.stack.places, hold);
    }

    /// The next layer is a gate, and has admitted the call.
    #[inline]
    pub(super) fn admitted<G: Gate>(&mut self, layer: &GateLayer<G, E, T>, ticket: Ticket<'p, G>) {
        let (_, mark) = ticket.parts();
        self.hold(layer.place, HeldTicket { words: G::words(mark), since: 0 }.hold());
        self.entered();
    }

    /// The next layer is a gate, and is asked to admit the call. Is not inlined, so that `enter` stays small: most stacks
    /// have no gates but breakers.
    ///
    /// # Errors
    ///
    /// The refusal.
    #[inline(never)]
    pub(super) fn request<G: Gate>(&mut self, layer: &'p GateLayer<G, E, T>) -> Result<(), Error> {
        self.admitted(layer, Ticket::request(&*layer.gate)?);
        Ok(())
    }

    /// The next layer is a timeout, whose time begins. `build` has refused a limit of zero.
    ///
    /// # Errors
    ///
    /// The refusal of a limit around that is over already.
    #[inline]
    pub(super) fn limited(&mut self, layer: &TimeoutLayer, attempt: u32) -> Result<(), Error> {
        let limit = layer.limit(attempt);
        let begun = AsyncLimit { limit, ends: Ends::Since(Start::now(limit.duration())) };
        if has_async_limit() || self.stack.has_timeout_above(layer.index) {
            self.check_others(&begun)?;
        }
        self.hold(layer.place, Hold::limit(begun));
        self.entered();
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn check_others(&self, begun: &AsyncLimit) -> Result<(), Error> {
        let _polling = self.polling();
        over_before(begun).map_or(Ok(()), |over| Err(ended_by(over, None)))
    }

    /// Leaves the innermost layer that has been entered. Its index is the depth that remains.
    #[inline]
    pub(super) fn leave(&mut self) -> Option<&'p Layer<E, T>> {
        // One comparison for both: if none is entered, the position exceeds every length.
        let position = self.entered.wrapping_sub(1);
        let layer = self.layers.get(position)?;
        self.entered = position;
        Some(layer)
    }

    /// The ticket of a gate that has just been left, and when the call was first pending below a deadline. It is not in the
    /// ledger any more: if a predicate panics, it counts neither way, and those further out count a failure.
    #[inline]
    pub(super) fn ticket<G: Gate>(&self, layer: &'p GateLayer<G, E, T>) -> (Ticket<'p, G>, u64) {
        let HeldTicket { words, since } = HeldTicket::of(self.holds.get(layer.place));
        (Ticket::of_parts(&layer.gate, G::of_words(words)), since)
    }

    /// Goes back into the layer that has just been left.
    pub(super) fn back_into(&mut self) {
        self.entered += 1;
    }

    /// The timeouts that it has entered among the first layers, the outermost first, with their limits.
    #[inline]
    fn limits(&self, depth: usize) -> impl DoubleEndedIterator<Item = (&'p TimeoutLayer, AsyncLimit)> {
        let entered = self.timeouts.iter().take_while(|layer| layer.index < depth).count();
        let limit = |layer: &'p TimeoutLayer| (layer, self.holds.get(layer.place).as_limit(layer.name));
        self.timeouts[..entered].iter().map(limit)
    }

    /// While the result exists, the deadline is that of the limits which have been entered.
    #[inline]
    pub(super) fn polling(&self) -> Option<Polling> {
        self.polling_within(self.depth())
    }

    #[inline]
    pub(super) fn polling_within(&self, depth: usize) -> Option<Polling> {
        // Most stacks have one timeout, for which a loop would take twice as long.
        if let [only] = self.timeouts {
            let limit = || self.holds.get(only.place).as_limit(only.name);
            return (only.index < depth).then(|| Polling::below(limit()));
        }
        self.polling_within_several(depth)
    }

    #[inline(never)]
    fn polling_within_several(&self, depth: usize) -> Option<Polling> {
        let mut limits = self.limits(depth).map(|(_, limit)| limit);
        let outermost = limits.next()?;
        let earlier = |outer: AsyncLimit, limit: AsyncLimit| if limit.ends_before(&outer) { limit } else { outer };
        Some(Polling::below(limits.fold(outermost, earlier)))
    }

    /// The innermost timeout whose time is over, while the call is pending. If there is none, the alarm wakes the task
    /// when the first of them is.
    #[cold]
    #[inline(never)]
    pub(super) fn expired(
        &mut self,
        mut alarm: Pin<&mut Option<Sleep>>,
        context: &mut Context<'_>,
    ) -> Poll<&'p TimeoutLayer> {
        self.hangs();
        self.begin_limits();
        let earliest = self.limits(self.depth()).map(|(_, limit)| moment(limit)).min().unwrap_or(NEVER);
        if earliest != self.alarm_at {
            self.alarm_at = earliest;
            alarm.set((earliest != NEVER).then(|| Sleep::at(earliest)));
        }
        let Some(sleep) = alarm.as_mut().as_pin_mut() else { return Poll::Pending };
        ready!(sleep.poll(context));
        alarm.set(None);
        self.alarm_at = NEVER;
        let now = clock::nanos().max(earliest);
        let over = self.limits(self.depth()).rev().find(|(_, limit)| moment(*limit) <= now);
        over.map_or(Poll::Pending, |(layer, _)| Poll::Ready(layer))
    }

    /// The call is pending: gates that have admitted it since begin to measure how long it hangs.
    fn hangs(&mut self) {
        let (stack, entered) = (self.stack, self.base..self.depth());
        for &(index, place) in stack.gates.iter().filter(|(index, _)| entered.contains(index)) {
            let ticket = HeldTicket::of(self.holds.get(place));
            if ticket.since == 0 {
                let is_limited = self.limits(index).next().is_some();
                let since = if is_limited { clock::nanos() } else { pending_since() };
                self.hold(place, HeldTicket { since, ..ticket }.hold());
            }
        }
    }

    /// Notes when each limit ends that has begun with this poll.
    fn begin_limits(&mut self) {
        let (timeouts, depth) = (self.timeouts, self.depth());
        for layer in timeouts.iter().take_while(|layer| layer.index < depth) {
            let AsyncLimit { limit, ends } = self.holds.get(layer.place).as_limit(layer.name);
            if let Ends::Since(start) = ends {
                let at = if limit.is_absent() { NEVER } else { self.end_of(layer, start.after(limit.duration())) };
                self.hold(layer.place, Hold::limit(AsyncLimit { limit, ends: Ends::At(at) }));
            }
        }
    }

    /// When a timeout ends that would end at `at` by itself: with a deadline above that nothing else enforces, if that is
    /// earlier.
    fn end_of(&self, layer: &TimeoutLayer, at: u64) -> u64 {
        let _above = self.polling_within(layer.index);
        cut(at)
    }

    /// Drops what is below a timeout whose time is over, and leaves the timeout. Returns the refusal: by the limit that
    /// ended first, which may be one further out. `attempt` is that of a retry above.
    pub(super) fn expire(&mut self, layer: &TimeoutLayer, attempt: u32, drop_body: impl FnOnce()) -> Error {
        let AsyncLimit { limit, ends } = self.holds.get(layer.place).as_limit(layer.name);
        let ended = {
            let _above = self.polling_within(layer.index);
            match ends {
                Ends::At(at) => first_expired(limit, at),
                Ends::Since(_) | Ends::Given(_) => unreachable!("its time is over"),
            }
        };
        dropped::by_limit(ended.nanos(), || {
            drop(BeforeBody);
            drop_body();
            self.abandon(layer.index, dropped::body_waited());
        });
        ended_by(ended, layer.attempt(attempt).filter(|_| ended == limit))
    }

    /// Gives back what a dropped call holds, from the innermost layer out to the one at `outermost`. `waited` says
    /// whether a wait in it was ended.
    #[cold]
    #[inline(never)]
    pub(super) fn abandon(&mut self, outermost: usize, waited: bool) {
        while self.depth() > outermost
            && let Some(layer) = self.leave()
        {
            match layer {
                Layer::Breaker(layer) => self.end_dropped(layer, waited),
                Layer::Throttle(layer) => self.end_dropped(layer, waited),
                Layer::Adapts(layer) => self.end_dropped(layer, waited),
                Layer::Bulkhead(bulkhead) => bulkhead.give_back(),
                Layer::Retry(_) | Layer::Hedge(_) | Layer::Timeout(_) | Layer::RateLimit(_) | Layer::Fallback(_) => {}
            }
        }
    }

    fn end_dropped<G: Gate>(&self, layer: &'p GateLayer<G, E, T>, waited: bool) {
        let (ticket, since) = self.ticket(layer);
        let (gate, mark) = ticket.parts();
        end_dropped(gate, mark, since, waited);
    }

    fn end_unwound<G: Gate>(&self, layer: &'p GateLayer<G, E, T>) {
        self.ticket(layer).0.end(G::PANIC);
    }

    /// Gives back what a call that panics holds: a failure to each breaker and each throttle.
    #[cold]
    #[inline(never)]
    pub(super) fn unwind(&mut self) {
        while let Some(layer) = self.leave() {
            match layer {
                Layer::Breaker(layer) => self.end_unwound(layer),
                Layer::Throttle(layer) => self.end_unwound(layer),
                Layer::Adapts(layer) => self.end_unwound(layer),
                Layer::Bulkhead(bulkhead) => bulkhead.give_back(),
                Layer::Retry(_) | Layer::Hedge(_) | Layer::Timeout(_) | Layer::RateLimit(_) | Layer::Fallback(_) => {}
            }
        }
        self.call.unwind();
    }
}

/// When a limit ends whose call has been pending.
const fn moment(limit: AsyncLimit) -> u64 {
    match limit.ends {
        Ends::At(at) => at,
        Ends::Since(_) | Ends::Given(_) => NEVER,
    }
}

/// After the body, which is before it in the future.
impl<E, T> Drop for Ledger<'_, E, T> {
    #[inline]
    fn drop(&mut self) {
        let waited = dropped::body_waited();
        if self.entered > 0 {
            self.abandon(self.base, waited);
        }
    }
}
