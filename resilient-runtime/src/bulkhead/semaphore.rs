//! A fair counting semaphore: an atomic word while nobody waits, and a queue behind a lock while somebody does.
//!
//! ```text
//!  63             32 31              0
//! +-----------------+-----------------+
//! | waiting         | slots taken     |
//! +-----------------+-----------------+
//! ```
//!
//! A call never overtakes one that waits: while there is a queue, a slot that becomes free goes to its first. The
//! number of waiting calls changes only under the lock, so under the lock it equals the length of the queue.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::core::linked_queue::{Key, LinkedQueue};
use crate::core::sync::{AtomicU64, Mutex, MutexGuard, Ordering, PoisonError};

#[derive(Debug)]
pub(crate) struct Semaphore {
    limit: u32,
    /// Slots taken and calls waiting. Every change is a read-modify-write (Acquire and Release). The Acquire of one
    /// that takes a slot (in `try_take`) pairs with the Release of the one that gave it back (in `release` or
    /// `hand_over`), also across changes in between, which continue its release sequence: so a call sees what the
    /// holder of its slot before it did. A slot that is handed over is seen through the lock of the waiter. The Acquire
    /// loads, and those of failed updates, only read numbers; a stale one fails the compare-exchange that follows.
    word: AtomicU64,
    queue: Mutex<LinkedQueue<Arc<Waiter>>>,
}

const ONE_TAKEN: u64 = 1;
const ONE_WAITING: u64 = 1 << 32;

const fn taken(word: u64) -> u64 {
    word & (ONE_WAITING - 1)
}

const fn waiting(word: u64) -> u64 {
    word >> 32
}

/// What [`Semaphore::enter`] gives.
pub(crate) enum EnterOutcome<'a> {
    /// A slot was free.
    Taken,
    Waiting(Waiting<'a>),
    /// As many wait as may wait.
    Full,
}

impl Semaphore {
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit, word: AtomicU64::new(0), queue: Mutex::new(LinkedQueue::new()) }
    }

    pub(crate) fn taken(&self) -> u64 {
        taken(self.word.load(Ordering::Acquire))
    }

    pub(crate) fn waiting(&self) -> u64 {
        waiting(self.word.load(Ordering::Acquire))
    }

    /// Takes a slot if one is free and nobody waits for it.
    #[inline]
    pub(crate) fn try_take(&self) -> bool {
        let is_free = |word| waiting(word) == 0 && taken(word) < u64::from(self.limit);
        let take = |word| is_free(word).then(|| word + ONE_TAKEN);
        self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, take).is_ok()
    }

    /// Takes a slot, or a place in the queue if fewer than `max_waiting` wait.
    pub(crate) fn enter(&self, max_waiting: u64) -> EnterOutcome<'_> {
        let mut queue = self.queue();
        loop {
            // While nobody waits, others take and give back slots without the lock, so each try may find another word.
            if self.try_take() {
                return EnterOutcome::Taken;
            }
            let word = self.word.load(Ordering::Acquire);
            if waiting(word) >= max_waiting {
                return EnterOutcome::Full;
            }
            let is_taken = waiting(word) > 0 || taken(word) >= u64::from(self.limit);
            if is_taken && self.replace(word, word + ONE_WAITING) {
                break;
            }
        }
        let waiter = Arc::new(Waiter(Mutex::new(WaitState::Waiting(None))));
        let place = queue.push_back(Arc::clone(&waiter));
        EnterOutcome::Waiting(Waiting { semaphore: self, waiter, place })
    }

    fn replace(&self, word: u64, next: u64) -> bool {
        self.word.compare_exchange(word, next, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Gives a slot back, or hands it to the first call that waits.
    #[inline]
    pub(crate) fn release(&self) {
        let give_back = |word| (waiting(word) == 0).then(|| word - ONE_TAKEN);
        if self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, give_back).is_err() {
            self.hand_over();
        }
    }

    #[cold]
    fn hand_over(&self) {
        let mut queue = self.queue();
        let Some(first) = queue.pop_front() else {
            // All that waited gave up meanwhile, and none can join while the queue is locked.
            self.word.fetch_sub(ONE_TAKEN, Ordering::AcqRel);
            return;
        };
        self.word.fetch_sub(ONE_WAITING, Ordering::AcqRel);
        let waker = first.grant();
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn queue(&self) -> MutexGuard<'_, LinkedQueue<Arc<Waiter>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Waiter(Mutex<WaitState>);

#[derive(Debug)]
enum WaitState {
    Waiting(Option<Waker>),
    /// The slot was handed over, and the waiter has not been polled since.
    Granted,
    /// The waiter has the slot.
    Taken,
}

impl Waiter {
    fn state(&self) -> MutexGuard<'_, WaitState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it waits, and a hand-over would wake this waker.
    fn will_wake(&self, waker: &Waker) -> bool {
        matches!(&*self.state(), WaitState::Waiting(Some(known)) if known.will_wake(waker))
    }

    fn grant(&self) -> Option<Waker> {
        match std::mem::replace(&mut *self.state(), WaitState::Granted) {
            WaitState::Waiting(waker) => waker,
            WaitState::Granted | WaitState::Taken => None,
        }
    }
}

/// A place in the queue: a future that is ready when the call has a slot. Dropped before that, it leaves the queue; a
/// slot that was handed to it meanwhile goes to the next.
pub(crate) struct Waiting<'a> {
    semaphore: &'a Semaphore,
    waiter: Arc<Waiter>,
    place: Key,
}

impl Future for Waiting<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.waiter.will_wake(context.waker()) {
            return Poll::Pending;
        }
        // Wakers are cloned and dropped outside of the lock, because their code is the user's, and may even free the
        // slot.
        let mut waker = Some(context.waker().clone());
        let mut state = self.waiter.state();
        let granted = match &mut *state {
            WaitState::Waiting(known) => {
                std::mem::swap(known, &mut waker);
                false
            }
            WaitState::Granted | WaitState::Taken => {
                *state = WaitState::Taken;
                true
            }
        };
        drop(state);
        drop(waker);
        if granted { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if matches!(*self.waiter.state(), WaitState::Taken) {
            return;
        }
        let mut queue = self.semaphore.queue();
        if queue.remove(self.place).is_some() {
            self.semaphore.word.fetch_sub(ONE_WAITING, Ordering::AcqRel);
            return;
        }
        drop(queue);
        let was_handed_over = matches!(*self.waiter.state(), WaitState::Granted);
        if was_handed_over {
            self.semaphore.release();
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::collections::VecDeque;
    use std::task::Wake;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Event {
        Enter,
        Release,
        /// The one with this index among those that wait gives up.
        GiveUp(prop::sample::Index),
    }

    fn events() -> impl Strategy<Value = Event> {
        prop_oneof![
            3 => Just(Event::Enter),
            2 => Just(Event::Release),
            1 => any::<prop::sample::Index>().prop_map(Event::GiveUp),
        ]
    }

    fn is_ready(waiting: &mut Waiting<'_>) -> bool {
        Pin::new(waiting).poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    proptest! {
        #[test]
        fn slots_go_to_those_who_came_first(
            limit in 1_u32..4,
            max_waiting in 0_u64..4,
            events in prop::collection::vec(events(), 1..200),
        ) {
            let semaphore = Semaphore::new(limit);
            let mut taken = 0;
            let mut queue: VecDeque<Waiting<'_>> = VecDeque::new();
            for event in events {
                match event {
                    Event::Enter => match semaphore.enter(max_waiting) {
                        EnterOutcome::Taken => {
                            prop_assert!(taken < limit && queue.is_empty());
                            taken += 1;
                        }
                        EnterOutcome::Waiting(waiting) => {
                            prop_assert!(taken == limit && (queue.len() as u64) < max_waiting);
                            queue.push_back(waiting);
                        }
                        EnterOutcome::Full => prop_assert!(taken == limit && queue.len() as u64 == max_waiting),
                    },
                    Event::Release if taken > 0 => {
                        semaphore.release();
                        match queue.pop_front() {
                            Some(mut first) => prop_assert!(is_ready(&mut first)),
                            None => taken -= 1,
                        }
                    }
                    Event::GiveUp(who) if !queue.is_empty() => {
                        queue.remove(who.index(queue.len()));
                    }
                    Event::Release | Event::GiveUp(_) => {}
                }
                prop_assert!(queue.iter_mut().all(|waiting| !is_ready(waiting)));
                prop_assert_eq!(semaphore.taken(), u64::from(taken));
                prop_assert_eq!(semaphore.waiting(), queue.len() as u64);
            }
        }
    }

    /// Gives the slot of a semaphore back when its last clone is dropped.
    struct Releases(Arc<Semaphore>);

    impl Wake for Releases {
        fn wake(self: Arc<Self>) {}
    }

    impl Drop for Releases {
        fn drop(&mut self) {
            self.0.release();
        }
    }

    #[test]
    fn a_waker_may_give_the_slot_back_when_another_takes_its_place() {
        let semaphore = Arc::new(Semaphore::new(1));
        assert!(semaphore.try_take());
        let EnterOutcome::Waiting(mut waiting) = semaphore.enter(1) else { unreachable!("the slot is taken") };
        let waker = Waker::from(Arc::new(Releases(Arc::clone(&semaphore))));
        assert!(Pin::new(&mut waiting).poll(&mut Context::from_waker(&waker)).is_pending());
        drop(waker);
        is_ready(&mut waiting);
        assert!(is_ready(&mut waiting));
    }

    /// Takes the only slot of a semaphore, and lets `size` calls wait for it.
    fn crowd(semaphore: &Semaphore, size: usize) -> Vec<Waiting<'_>> {
        assert!(semaphore.try_take());
        let join = |_| match semaphore.enter(u64::MAX) {
            EnterOutcome::Waiting(waiting) => waiting,
            EnterOutcome::Taken | EnterOutcome::Full => unreachable!("the slot is taken, and any number may wait"),
        };
        (0..size).map(join).collect()
    }

    /// How many nodes of the queue are touched for each waiting call, while all give up.
    fn steps_to_give_up(order: impl FnOnce(&mut Vec<Waiting<'_>>)) -> u64 {
        const CROWD: usize = 40_000;
        let semaphore = Semaphore::new(1);
        let mut crowd = crowd(&semaphore, CROWD);
        order(&mut crowd);
        let before = semaphore.queue().steps();
        crowd.into_iter().for_each(drop);
        assert_eq!(semaphore.waiting(), 0);
        (semaphore.queue().steps() - before) / CROWD as u64
    }

    #[test]
    fn giving_up_costs_the_same_wherever_in_the_queue() {
        const ENOUGH: u64 = 4;
        assert!(steps_to_give_up(|_| {}) <= ENOUGH, "first first");
        assert!(steps_to_give_up(|crowd| crowd.reverse()) <= ENOUGH, "last first");
        let at_random = |crowd: &mut Vec<Waiting<'_>>| {
            let mut random = 1_usize;
            for last in (1..crowd.len()).rev() {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                crowd.swap(last, (random >> 33) % (last + 1));
            }
        };
        assert!(steps_to_give_up(at_random) <= ENOUGH, "at random");
    }

    #[test]
    fn the_memory_of_a_long_queue_is_given_back() {
        let semaphore = Semaphore::new(1);
        let mut crowd = crowd(&semaphore, 10_000);
        assert!(semaphore.queue().capacity() >= 10_000);
        crowd.truncate(1);
        assert!(semaphore.queue().capacity() <= 64);
        semaphore.release();
        assert!(is_ready(&mut crowd[0]));
    }
}
