//! Each living thread has a number: the smallest that is free when it first asks.
//!
//! So the numbers of `n` living threads are not far above `n`, and whatever is kept for each number stays small while
//! threads come and go. A number goes from thread to thread: the lock of [`Numbers`] orders all that its last thread
//! did before all that its next thread does.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::core::sync::{
    Mutex, MutexGuard, PoisonError, claim_number, plain_thread_local, release_number, thread_local,
};

/// What [`known`] returns for a thread that has no number yet.
const UNCLAIMED: usize = usize::MAX;

/// The number of each thread that ends and has released its own already: several threads may have it at a time.
pub(crate) const ENDING: usize = usize::MAX - 1;

plain_thread_local! {
    static NUMBER: Cell<usize> = Cell::new(UNCLAIMED);
}

thread_local! {
    static CLAIM: Claim = Claim::new();
}

/// The current thread's number, which no other living thread has, or [`ENDING`].
#[inline]
pub(crate) fn local() -> usize {
    let number = known();
    if number == UNCLAIMED { claim() } else { number }
}

/// As [`local`], or a number above [`ENDING`] if the thread has none yet. With this, one comparison separates a small
/// number from all other cases.
#[inline]
pub(crate) fn known() -> usize {
    NUMBER.with(Cell::get)
}

#[cold]
#[inline(never)]
fn claim() -> usize {
    // While a thread ends, its claim may be dropped already.
    let number = CLAIM.try_with(|claim| claim.0).unwrap_or(ENDING);
    NUMBER.with(|local| local.set(number));
    number
}

/// Releases the number when the thread ends.
struct Claim(usize);

impl Claim {
    fn new() -> Self {
        Self(claim_number())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Before the release: thread locals that are dropped later may still do what uses the number.
        let _ = NUMBER.try_with(|local| local.set(ENDING));
        #[cfg(feature = "readings")]
        crate::core::function_counts::forget();
        release_number(self.0);
    }
}

/// Which numbers are free.
#[derive(Debug)]
pub(crate) struct Numbers(pub(crate) Mutex<FreeNumbers>);

#[derive(Debug)]
pub(crate) struct FreeNumbers {
    /// Those that were claimed and released. All are below `next`.
    released: BinaryHeap<Reverse<usize>>,
    /// The smallest number that was never claimed.
    next: usize,
}

impl FreeNumbers {
    pub(crate) const fn all() -> Self {
        Self { released: BinaryHeap::new(), next: 0 }
    }
}

impl Numbers {
    /// Takes the smallest free number.
    pub(crate) fn claim(&self) -> usize {
        let mut free = self.lock();
        if let Some(Reverse(number)) = free.released.pop() {
            return number;
        }
        let number = free.next;
        free.next += 1;
        number
    }

    /// Frees a number that was claimed.
    pub(crate) fn release(&self, number: usize) {
        self.lock().released.push(Reverse(number));
    }

    fn lock(&self) -> MutexGuard<'_, FreeNumbers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::collections::HashSet;
    use std::sync::{Barrier, Mutex as StdMutex, mpsc};
    use std::thread;

    use super::*;

    #[test]
    fn the_smallest_free_number_is_claimed() {
        let numbers = Numbers(Mutex::new(FreeNumbers::all()));
        assert_eq!([(); 4].map(|()| numbers.claim()), [0, 1, 2, 3]);
        numbers.release(2);
        numbers.release(0);
        assert_eq!([(); 3].map(|()| numbers.claim()), [0, 2, 4]);
    }

    #[test]
    fn a_thread_keeps_its_number_and_shares_it_with_no_living_thread() {
        const THREADS: usize = 100;
        let (numbers, all_live) = (StdMutex::new(HashSet::new()), Barrier::new(THREADS));
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let number = local();
                    assert!(numbers.lock().unwrap().insert(number), "{number} is the number of two threads");
                    all_live.wait();
                    assert_eq!((local(), known()), (number, number));
                });
            }
        });
    }

    #[test]
    fn threads_that_come_and_go_use_few_numbers() {
        let numbers: HashSet<usize> = (0..2_000).map(|_| thread::spawn(local).join().unwrap()).collect();
        // Other tests of this process have threads, too.
        assert!(numbers.len() < 500, "{} numbers", numbers.len());
    }

    /// Reads the number again when it is dropped.
    struct AtTheEnd(mpsc::Sender<usize>);

    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            let _ = self.0.send(local());
        }
    }

    std::thread_local! {
        static BEFORE: Cell<Option<AtTheEnd>> = const { Cell::new(None) };
        static AFTER: Cell<Option<AtTheEnd>> = const { Cell::new(None) };
    }

    #[test]
    fn an_ending_thread_that_has_released_its_number_claims_no_other() {
        let (sender, numbers) = mpsc::channel();
        let own = thread::spawn(move || {
            // One on either side of the claim: in whatever order they are dropped, the claim is gone before one of them.
            BEFORE.set(Some(AtTheEnd(sender.clone())));
            let own = local();
            AFTER.set(Some(AtTheEnd(sender)));
            own
        });
        let own = own.join().unwrap();
        let at_the_end: Vec<usize> = numbers.iter().collect();
        assert_eq!(at_the_end.len(), 2);
        assert!(at_the_end.contains(&ENDING) && at_the_end.iter().all(|number| [own, ENDING].contains(number)));
    }
}
