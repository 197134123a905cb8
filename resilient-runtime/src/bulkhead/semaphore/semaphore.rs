//! The semaphore: its pool, its lines, and its queue of waiting calls.

use std::task::Waker;

use crate::bulkhead::semaphore::lines::{Line, Lines, enough_to_open};
use crate::bulkhead::semaphore::pool_word::{CALLS_WAIT, LINES_OPEN, MOST_SLOTS, ONE_FREE, PoolWord};
use crate::bulkhead::semaphore::waiting::{Queue, Wakers};
use crate::core::sync::{AtomicU32, AtomicU64, Mutex, MutexGuard, OnceLock, Ordering, PoisonError};
use crate::core::wait_queue::{Place, WaitQueue};

/// Its size counts, because state per key has one for each key: it allocates lines and the queue on demand.
#[derive(Debug)]
#[repr(C)] // In this order: each call finds the lines, and should not find them beside a word that changes.
pub(crate) struct Semaphore {
    /// Allocated when the limit is first large enough, and kept.
    lines: OnceLock<Box<Lines>>,
    /// As last set. Written under the lock of the queue. Relaxed: nothing else depends on it.
    limit: AtomicU32,
    /// How many cores use it at a time.
    cores: u32,
    /// The calls that wait, in the order of their arrival. The lock also guards the opening and closing of lines.
    queue: Mutex<Queue>,
    /// A [`PoolWord`]. Each change is a read-modify-write. Whether calls wait and whether lines are open changes under the
    /// lock of the queue only, and while calls wait, so does the number of free slots.
    ///
    /// The Acquire of one that takes a slot pairs with the Release of the one that gave it back, or that moved it here
    /// from a line, also across Relaxed changes in between, which continue the release sequence: so a call sees what the
    /// holder of its slot before it did. A slot that is handed over is seen through the lock of the queue. If it was
    /// given back without that lock, and a higher limit hands it over: the Acquire of the first call that begins to wait
    /// pairs with the Release of all that were given back so, and from then on slots are given back under the lock.
    ///
    /// All other loads, and those of failed updates, are Relaxed: they only read numbers, and a stale one fails the
    /// compare-exchange that follows. Nobody is refused by a stale word while a slot is free that was given back before:
    /// see `Line::word`.
    word: AtomicU64,
    /// The slots that were given to calls and are not among the takes of any word. Written under the lock of the queue
    /// where takes are moved here from a word, so that under the lock none is in between. Relaxed: nothing else depends
    /// on it.
    counted: AtomicU64,
}

/// The length of a cache line. The last byte of what finds the lines is further than that from the word. With pointers of
/// 32 bits the two are nearer, and may share a line.
#[cfg(all(not(resilient_loom), target_pointer_width = "64"))]
const _: () = assert!(std::mem::offset_of!(Semaphore, word) >= size_of::<OnceLock<Box<Lines>>>() + 64 - 1);

/// Where a slot is to be given back: to the line of the thread that took it, if there is room, or to the pool if there
/// were no lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a>(Option<&'a Line>);

/// What [`Semaphore::enter`] gives.
pub(crate) enum EnterOutcome {
    /// A slot was free.
    Taken,
    /// For a [`Waiting`](crate::bulkhead::semaphore::Waiting).
    Queued(Place),
    /// As many wait as may wait.
    Full,
}

impl Semaphore {
    /// A semaphore whose slots are all free, for threads on so many cores.
    pub(crate) fn new(limit: u32, cores: usize) -> Self {
        let semaphore = Self {
            lines: OnceLock::new(),
            limit: AtomicU32::new(limit),
            cores: u32::try_from(cores).unwrap_or(u32::MAX),
            queue: Mutex::new(WaitQueue::new()),
            word: AtomicU64::new(PoolWord::with_free(limit.min(MOST_SLOTS)).bits()),
            counted: AtomicU64::new(0),
        };
        semaphore.open_lines(&mut semaphore.queue());
        semaphore
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit.load(Ordering::Relaxed)
    }

    /// The slots that calls hold. While other threads take and give back slots on lines, it may be off by those.
    pub(crate) fn taken(&self) -> u64 {
        // Under the lock neither the limit changes, nor are slots moved between the pool and lines.
        let _queue = self.queue();
        let on_lines = self.lines.get().map_or(0, |lines| lines.free());
        // Acquire, here and of the lines: whoever finds that calls have ended sees what they did.
        let in_pool = PoolWord::from_bits(self.word.load(Ordering::Acquire)).free();
        u64::from(self.limit().min(MOST_SLOTS)).saturating_sub(on_lines).saturating_add_signed(-in_pool)
    }

    /// The slots that calls have got since it was made.
    pub(crate) fn total_taken(&self) -> u64 {
        let _queue = self.queue();
        let from_lines = self.lines.get().map_or(0, |lines| lines.takes());
        self.counted.load(Ordering::Relaxed) + self.word().takes() + from_lines
    }

    #[cfg(test)]
    pub(super) fn lines(&self) -> Option<&Lines> {
        self.lines.get().map(|lines| &**lines)
    }

    /// Takes that nobody made.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn add_takes(&self, takes: u64) {
        self.word.fetch_add(PoolWord::bits_of_takes(takes), Ordering::Relaxed);
    }

    pub(crate) fn waiting(&self) -> usize {
        self.queue().len()
    }

    pub(super) fn word(&self) -> PoolWord {
        PoolWord::from_bits(self.word.load(Ordering::Relaxed))
    }

    /// Takes a slot if one is free and no call waits for it.
    #[inline]
    pub(crate) fn try_take(&self) -> Option<Origin<'_>> {
        let Some(lines) = self.lines.get() else { return self.take_from_pool().ok().map(|()| Origin(None)) };
        match lines.take() {
            Some(line) => Some(Origin(Some(line))),
            None => self.take_elsewhere(lines),
        }
    }

    /// The origin of a slot that was taken by a call which was ready to wait.
    pub(crate) fn origin(&self) -> Origin<'_> {
        Origin(self.lines.get().and_then(|lines| lines.local()))
    }

    /// Takes a slot, or returns the word that has none.
    #[inline]
    fn take_from_pool(&self) -> Result<(), PoolWord> {
        let mut word = self.word();
        while let Some(next) = word.take() {
            match self.word.compare_exchange(word.bits(), next.bits(), Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return Ok(()),
                Err(other) => word = PoolWord::from_bits(other),
            }
        }
        Err(word)
    }

    /// Moves takes of the pool's word to the counter, before they overflow: to be called where slots are added to the
    /// pool, because each take needs one.
    fn count_takes_of_pool(&self, _queue: &mut MutexGuard<'_, Queue>) {
        if self.word().has_many_takes() {
            self.word.fetch_sub(PoolWord::MANY_TAKES_BITS, Ordering::Relaxed);
            self.counted.fetch_add(PoolWord::MANY_TAKES, Ordering::Relaxed);
        }
    }

    /// Moves takes of a line's word to the counter, before they overflow.
    #[cold]
    fn count_takes_of(&self, line: &Line) {
        let _queue = self.queue();
        self.counted.fetch_add(line.remove_many_takes(), Ordering::Relaxed);
    }

    /// As [`try_take`](Self::try_take), after the current thread's line gave none.
    #[inline(never)]
    fn take_elsewhere<'a>(&'a self, lines: &'a Lines) -> Option<Origin<'a>> {
        if let Some(line) = lines.take_from_another() {
            return Some(Origin(Some(line)));
        }
        match self.take_from_pool() {
            Ok(()) => Some(Origin(lines.local())),
            Err(word) if word.has_open_lines() => self.close_lines_and_take(),
            Err(_) => None,
        }
    }

    #[cold]
    fn close_lines_and_take(&self) -> Option<Origin<'_>> {
        let mut queue = self.queue();
        self.close_lines(&mut queue);
        // Under the lock, so that no lines are open if there is none to take.
        self.take_from_pool().is_ok().then(|| self.origin())
    }

    /// Takes a slot, or a place in the queue if fewer than `max_waiting` wait.
    pub(crate) fn enter(&self, max_waiting: usize, waker: &Waker) -> EnterOutcome {
        // Cloned, and dropped if it is not needed, outside of the lock, because that is code of the user.
        let waker = waker.clone();
        let mut queue = self.queue();
        self.close_lines(&mut queue);
        loop {
            // While no call waits, others take and give back slots without the lock, so each try may find another word.
            let Err(word) = self.take_from_pool() else { return EnterOutcome::Taken };
            if queue.len() >= max_waiting {
                return EnterOutcome::Full;
            }
            if word.calls_wait() || self.begin_to_wait(word) {
                break;
            }
        }
        EnterOutcome::Queued(queue.push_back(Some(waker)))
    }

    /// Fails if a slot was given back meanwhile.
    fn begin_to_wait(&self, word: PoolWord) -> bool {
        let next = word.bits() + CALLS_WAIT;
        self.word.compare_exchange(word.bits(), next, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// A call that has waited has got its slot.
    pub(super) fn count_handed_over(&self) {
        self.counted.fetch_add(1, Ordering::Relaxed);
    }

    /// Gives a slot back: to the line that it came from, or as [`release`](Self::release).
    #[inline]
    pub(crate) fn release_to(&self, origin: Origin<'_>) {
        match origin.0 {
            None => {
                if self.give_to_pool().is_err() {
                    self.give_under_the_lock();
                }
            }
            Some(line) => {
                if !line.give() {
                    self.release();
                }
            }
        }
    }

    /// The word before; fails if calls wait, or the word counts many takes.
    #[inline]
    fn give_to_pool(&self) -> Result<u64, u64> {
        let give = |word| PoolWord::from_bits(word).give().map(PoolWord::bits);
        self.word.fetch_update(Ordering::Release, Ordering::Relaxed, give)
    }

    /// Gives a slot back to the current thread's line, to the first call that waits, or to the pool.
    #[inline(never)]
    pub(crate) fn release(&self) {
        let lines = self.lines.get();
        if lines.is_some_and(|lines| lines.give()) {
            return;
        }
        if let Some(line) = lines.and_then(|lines| lines.local()).filter(|line| line.has_many_takes()) {
            self.count_takes_of(line);
        }
        match self.give_to_pool() {
            Ok(before) if lines.is_some() => self.open_lines_again(PoolWord::from_bits(before)),
            Ok(_) => {}
            Err(_) => self.give_under_the_lock(),
        }
    }

    /// Opens lines if so many slots are free that it is worth it.
    fn open_lines_again(&self, word: PoolWord) {
        if self.is_enough_to_open(word)
            // Whoever holds the lock now is about to change that.
            && let Ok(mut queue) = self.queue.try_lock()
        {
            self.open_lines(&mut queue);
        }
    }

    /// Hands a slot to the first call that waits, or gives it to the pool if none waits any more.
    #[cold]
    fn give_under_the_lock(&self) {
        let mut queue = self.queue();
        self.count_takes_of_pool(&mut queue);
        // While calls wait, no slot is free; if less than none is, none is either after this one is given back.
        let first = if self.word().free() < 0 { None } else { queue.pop_front() };
        let Some(waker) = first.and_then(Option::take) else {
            // Or all that waited gave up meanwhile, and none can join while the queue is locked.
            self.word.fetch_add(ONE_FREE, Ordering::Release);
            return;
        };
        self.change(0, &queue);
        drop(queue);
        waker.wake();
    }

    /// After calls have left the queue: adds free slots to the pool, and records if no call waits any more, in one change.
    pub(super) fn change(&self, added: i64, queue: &Queue) {
        let has_ended = queue.len() == 0 && self.word().calls_wait();
        let change = added.cast_unsigned().wrapping_mul(ONE_FREE).wrapping_sub(u64::from(has_ended) * CALLS_WAIT);
        if change != 0 {
            self.word.fetch_add(change, Ordering::Relaxed);
        }
    }

    /// Changes the limit. Slots that a higher one adds go to the calls that wait. With a lower one no call takes a slot
    /// until enough are given back.
    pub(crate) fn set_limit(&self, limit: u32) {
        let mut queue = self.queue();
        let before = self.limit.swap(limit, Ordering::Relaxed);
        // A slot that is free on a line can be taken, even if too many are taken already. And a line's room is as the
        // limit was when it was opened.
        self.close_lines(&mut queue);
        let added = i64::from(limit.min(MOST_SLOTS)) - i64::from(before.min(MOST_SLOTS));
        // If calls wait, none but this thread changes the number of free slots; if none does, it does not matter.
        let free = usize::try_from(self.word().free() + added).unwrap_or(0);
        let wakers: Vec<_> = (0..free).map_while(|_| queue.pop_front()?.take()).collect();
        let left = added - i64::try_from(wakers.len()).unwrap_or(i64::MAX);
        // At no time is a slot free while calls wait.
        self.change(left, &queue);
        self.open_lines(&mut queue);
        drop(queue);
        Wakers::new(wakers).wake();
    }

    fn is_enough_to_open(&self, word: PoolWord) -> bool {
        let enough = enough_to_open(self.limit(), self.cores);
        // While calls wait, no slot is free.
        !word.has_open_lines() && enough.is_some_and(|enough| word.free() >= i64::from(enough))
    }

    /// Opens lines, if that is worth it and none is open.
    fn open_lines(&self, _queue: &mut MutexGuard<'_, Queue>) {
        if enough_to_open(self.limit(), self.cores).is_none() {
            return;
        }
        // Allocated even if too few slots are free now: who gives one back opens lines, but does not allocate them.
        let lines = self.lines.get_or_init(|| Box::new(Lines::closed(self.cores)));
        let word = self.word();
        if self.is_enough_to_open(word) {
            // Before the Release stores that open the lines, which publish it: see `Line::word`.
            self.word.fetch_add(LINES_OPEN, Ordering::Relaxed);
            lines.open(u32::try_from(word.free()).unwrap_or(MOST_SLOTS));
        }
    }

    /// Closes the lines, and moves to the pool what is free on them.
    fn close_lines(&self, queue: &mut MutexGuard<'_, Queue>) {
        if let Some(lines) = self.lines.get()
            && self.word().has_open_lines()
        {
            self.count_takes_of_pool(queue);
            let (free, takes) = lines.close();
            // One change: whoever reads that no lines are open reads all free slots. Release: see `word`.
            self.word.fetch_add((free * ONE_FREE).wrapping_sub(LINES_OPEN), Ordering::Release);
            self.counted.fetch_add(takes, Ordering::Relaxed);
        }
    }

    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
