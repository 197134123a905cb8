//! Sync operations, in place and on helper threads.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::bulkhead::bulkhead::Bulkhead;
use crate::core::error::Failure;
use crate::core::lift::lift_call;
use crate::event::call::{Call, Counts, Tally};
use crate::event::call_events::Outcome;
use crate::hedge::course::{Course, Step};
use crate::hedge::race_blocking::BlockingRace;
use crate::pipeline::call::{At, Operation, call};
use crate::pipeline::hedge_layer::HedgeLayer;
use crate::pipeline::into_layer::Shared;
use crate::pipeline::layer::Stack;
use crate::pipeline::reads::Reads;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;
use crate::timeout::guard::Limit;

/// An operation that runs on the caller's thread. It is not interrupted by a limit.
pub(super) struct InPlace<M, K> {
    operation: M,
    call: Call,
    reads: PhantomData<K>,
}

impl<M, K> InPlace<M, K> {
    /// Calls the operation through a pipeline.
    pub(super) fn call<O, E, T>(stack: &Stack<E, T>, operation: M) -> Result<O, Failure<E>>
    where
        M: FnMut() -> Result<O, E>,
        K: Reads<T, O>,
    {
        let begun = Call::begin(stack.name, stack.counts);
        let mut operation = Self { operation, call: begun, reads: PhantomData };
        let outcome = call(stack, &mut operation, At::OUTERMOST);
        operation.call.end(Outcome::of(&outcome));
        outcome
    }
}

impl<O, E, T, M, K> Operation<O, E, T> for InPlace<M, K>
where
    M: FnMut() -> Result<O, E>,
    K: Reads<T, O>,
{
    type Reads = K;

    fn counts(&self) -> &impl Counts {
        &self.call
    }

    fn body(&mut self) -> Result<O, Failure<E>> {
        (self.operation)().map_err(Failure::Inner)
    }

    fn below_limit(&mut self, stack: &Stack<E, T>, limit: Limit, at: At) -> Result<O, Failure<E>> {
        limit.guard_cooperative(|| call(stack, self, at))
    }

    /// One after another: there is one thread.
    fn hedged(&mut self, stack: &Stack<E, T>, layer: &HedgeLayer<E>, at: At) -> Result<O, Failure<E>> {
        let mut course = Course::new(layer.terms().in_turn(), false);
        loop {
            let number = course.launch();
            if number > 0 {
                stack.count_hedge(&self.call, at.index);
            }
            let outcome = {
                let span = course.span(number);
                let _span = span.entered();
                call(stack, self, at)
            };
            match course.ended(number, outcome, |error| layer.is_worth_it(error)) {
                Step::Answer(outcome) => return outcome,
                Step::Launch => layer.observe(stack.name, &course),
                Step::Wait => unreachable!("no other attempt runs"),
            }
        }
    }

    fn in_slot(&mut self, stack: &Stack<E, T>, bulkhead: &Shared<Bulkhead>, at: At) -> Result<O, Failure<E>> {
        bulkhead.guard_blocking(|| call(stack, self, at))
    }
}

/// An operation that leaves the caller's thread: for a helper thread at each limit and for each attempt of a hedge, or for
/// those of a bulkhead, which is the innermost layer. The caller leaves it there at the deadline.
pub(super) struct Detached<E, T, F, K> {
    stack: Arc<Stack<E, T>>,
    operation: F,
    bulkhead: Option<Shared<ThreadBulkhead>>,
    /// The slots above the operation, which it holds until it has ended, also where its caller has left.
    slots: Option<Arc<KeptSlot>>,
    tally: Tally,
    reads: PhantomData<fn() -> K>,
}

impl<E, T, F, K> Detached<E, T, F, K> {
    /// Calls the operation through a pipeline, which may have the threads of a bulkhead.
    pub(super) fn call<O>(
        stack: &Arc<Stack<E, T>>,
        bulkhead: Option<Shared<ThreadBulkhead>>,
        operation: F,
    ) -> Result<O, Failure<E>>
    where
        Self: Operation<O, E, T>,
    {
        let begun = Call::begin(stack.name, stack.counts);
        let (tally, stack) = (begun.share(), Arc::clone(stack));
        let mut operation =
            Self { stack: Arc::clone(&stack), operation, bulkhead, slots: None, tally, reads: PhantomData };
        let outcome = call(&stack, &mut operation, At::OUTERMOST);
        begun.end(Outcome::of(&outcome));
        outcome
    }
}

impl<E, T, F: Clone, K> Clone for Detached<E, T, F, K> {
    fn clone(&self) -> Self {
        Self {
            stack: Arc::clone(&self.stack),
            operation: self.operation.clone(),
            bulkhead: self.bulkhead.clone(),
            slots: self.slots.clone(),
            tally: self.tally.clone(),
            reads: PhantomData,
        }
    }
}

impl<O, E, T, F, K> Operation<O, E, T> for Detached<E, T, F, K>
where
    O: Send + 'static,
    E: Send + 'static,
    T: 'static,
    F: Fn() -> Result<O, E> + Clone + Send + 'static,
    K: Reads<T, O> + 'static,
{
    type Reads = K;

    fn counts(&self) -> &impl Counts {
        &self.tally
    }

    fn body(&mut self) -> Result<O, Failure<E>> {
        let Some(bulkhead) = &self.bulkhead else { return (self.operation)().map_err(Failure::Inner) };
        let (operation, slots) = (self.operation.clone(), self.slots.clone());
        bulkhead.guard_blocking(move || {
            let outcome = lift_call(operation);
            drop(slots);
            outcome
        })
    }

    fn below_limit(&mut self, stack: &Stack<E, T>, limit: Limit, at: At) -> Result<O, Failure<E>> {
        // The wait for a body on threads of a bulkhead ends at the deadline by itself. A fallback runs here.
        if self.bulkhead.is_some() && !stack.has_fallback_from(at.index) {
            return limit.guard_cooperative(|| call(stack, self, at));
        }
        let mut job = self.clone();
        limit.guard_on_another_thread(move || {
            let stack = Arc::clone(&job.stack);
            call(&stack, &mut job, at)
        })
    }

    fn hedged(&mut self, stack: &Stack<E, T>, layer: &HedgeLayer<E>, at: At) -> Result<O, Failure<E>> {
        let mut race = BlockingRace::new(layer.terms(), false);
        loop {
            if race.launched() > 0 {
                stack.count_hedge(&self.tally, at.index);
            }
            let mut job = self.clone();
            let attempt = race.carry().around(move || {
                let stack = Arc::clone(&job.stack);
                call(&stack, &mut job, at)
            });
            race.launch(attempt);
            if let Some(outcome) = race.next(|error| layer.is_worth_it(error)) {
                return outcome;
            }
            if let Some(observer) = &layer.on_hedge {
                race.observe(stack.name, |event| observer(event));
            }
        }
    }

    fn in_slot(&mut self, stack: &Stack<E, T>, bulkhead: &Shared<Bulkhead>, at: At) -> Result<O, Failure<E>> {
        bulkhead.acquire_blocking(bulkhead.max_wait())?.keep();
        let outer = self.slots.take();
        let slot = KeptSlot { bulkhead: bulkhead.clone(), _outer: outer.clone() };
        self.slots = Some(Arc::new(slot));
        let outcome = call(stack, self, at);
        self.slots = outer;
        outcome
    }
}

/// A slot that is given back when the last job in it has ended.
struct KeptSlot {
    bulkhead: Shared<Bulkhead>,
    /// The slot around it, given back after it.
    _outer: Option<Arc<KeptSlot>>,
}

impl Drop for KeptSlot {
    fn drop(&mut self) {
        self.bulkhead.give_back();
    }
}
