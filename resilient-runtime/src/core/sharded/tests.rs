//! Which thread has which shard, and that no count is lost while threads come and go.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Barrier};
use std::thread;

use super::*;

type Two = Shards<2>;

fn owned() -> usize {
    owned_shards(cores())
}

fn shared() -> usize {
    shared_shards(cores())
}

/// The address of a thread's shard, and whether it is the only writer.
fn place(shards: &Two, number: usize) -> (*const [AtomicU64; 2], bool) {
    let LocalWords { words, is_owned } = shards.of_thread(number);
    (words, is_owned)
}

fn allocated_chunks(shards: &Two) -> usize {
    let further = shards.further.get().into_iter().flat_map(Further::chunks);
    shards.next.iter().chain(further).filter(|chunk| chunk.get().is_some()).count()
}

#[test]
fn each_thread_up_to_the_owned_shards_has_one_of_its_own() {
    let (shards, owned) = (Two::new(), owned());
    let places: HashSet<_> = (0..owned).map(|number| place(&shards, number)).collect();
    assert_eq!(places.len(), owned);
    assert!(places.iter().all(|(_, is_owned)| *is_owned));
    assert_eq!(place(&shards, CHUNK), place(&shards, CHUNK), "it stays");
}

#[test]
fn further_threads_are_spread_over_shards_that_nobody_owns() {
    let (shards, owned, shared) = (Two::new(), owned(), shared());
    let owners: HashSet<_> = (0..owned).map(|number| place(&shards, number).0).collect();
    let places: HashSet<_> = (owned..owned + shared).map(|number| place(&shards, number)).collect();
    assert_eq!(places.len(), shared);
    for number in [owned + shared, 1 << 20, thread_number::ENDING] {
        assert!(places.contains(&place(&shards, number)));
    }
    assert!(places.iter().all(|(shard, is_owned)| !is_owned && !owners.contains(shard)));
}

/// As on a machine on which the shared shards fill more than a chunk.
#[test]
fn shared_shards_of_several_chunks_follow_the_owned_ones() {
    let further = Further::<1>::with(NEAR, 2 * CHUNK);
    for number in NEAR..NEAR + 4 * CHUNK {
        assert!(!further.of_thread(number).is_owned);
    }
    assert!(further.chunks().all(|chunk| chunk.get().is_some()));
    assert_eq!(further.chunks().count(), 2);
}

/// As on a machine of 20 cores.
#[test]
fn an_owned_shard_beyond_the_next_chunks_is_in_a_further_one() {
    let further = Further::<1>::with(NEAR + CHUNK, CHUNK);
    let owned = |number| further.owned(number).map(|chunk| chunk.get().is_some());
    for number in NEAR..NEAR + CHUNK {
        assert_eq!(owned(number), Some(number > NEAR), "the first of a chunk makes it");
        assert!(further.of_thread(number).is_owned);
    }
    assert!([NEAR - 1, NEAR + CHUNK, thread_number::ENDING].iter().all(|number| owned(*number).is_none()));
}

#[test]
fn a_thread_finds_its_owned_shard_at_once_as_soon_as_its_chunk_is_made() {
    let shards = Two::new();
    let all_there = Barrier::new(NEAR + 1);
    thread::scope(|scope| {
        for _ in 0..=NEAR {
            scope.spawn(|| {
                let made = shards.local();
                let found = shards.local_in_first().or_else(|| shards.local_in_next());
                assert_eq!(found.is_some(), thread_number::known() < NEAR);
                assert!(found.is_none_or(|found| std::ptr::eq(found.words, made.words) && found.is_owned));
                all_there.wait();
            });
        }
    });
}

#[test]
fn a_chunk_is_allocated_when_a_thread_needs_it() {
    let shards = Two::new();
    assert!((0..CHUNK).all(|number| place(&shards, number).1));
    assert!(shards.further.get().is_none());
    for (number, chunks) in [(CHUNK, 1), (2 * CHUNK - 1, 1), (3 * CHUNK, 2), (thread_number::ENDING, 3), (CHUNK, 3)] {
        place(&shards, number);
        assert_eq!(allocated_chunks(&shards), chunks, "after thread {number}");
    }
}

#[test]
fn a_machine_with_more_cores_has_more_shards_in_whole_chunks() {
    for cores in [1, 2, 3, 16, 17, 33, 48, 64, 100, 128, 1_000] {
        let (owned, shared) = (owned_shards(cores), shared_shards(cores));
        assert!(owned >= (2 * cores).min(512) && shared >= cores.min(256), "on {cores} cores");
        assert!(owned.is_multiple_of(CHUNK) && shared.is_multiple_of(CHUNK) && shared.is_power_of_two());
    }
    assert_eq!(
        [1, 2, 17, 1_000].map(|cores| (owned_shards(cores), shared_shards(cores))),
        [(64, 16), (64, 16), (80, 64), (512, 256)]
    );
}

#[test]
fn a_word_is_replaced_in_every_kind_of_shard() {
    let (shards, mut total) = (Shards::<1>::new(), 0);
    for number in [0, CHUNK, owned()] {
        let shard = shards.of_thread(number);
        assert_eq!(shard.update(0, |word| Some(word + 5)), Ok(0));
        assert_eq!(shard.update(0, |word| (word != 5).then_some(0)), Err(5));
        shard.add_one(0);
        total += 6;
        assert_eq!(shards.sum(0), total);
    }
}

#[test]
fn one_word_is_set_in_every_shard_that_there_is_and_a_later_one_begins_with_zero() {
    let shards = Two::new();
    let before = [0, CHUNK, owned()];
    for number in before {
        shards.of_thread(number).add_one(0);
        shards.of_thread(number).add_one(1);
    }
    shards.set_all(1, 7);
    for number in before {
        assert_eq!(shards.of_thread(number).update(1, |_| None), Err(7));
    }
    assert_eq!(shards.of_thread(2 * CHUNK).update(1, |_| None), Err(0));
    assert_eq!(shards.sum(0), 3, "the other word is as it was");
}

#[test]
fn nothing_is_lost_between_more_threads_than_there_are_shards() {
    const CALLS: u64 = 200;
    let threads = owned() + 2 * shared();
    let (shards, all_live) = (Two::new(), Barrier::new(threads));
    for _ in 0..3 {
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    all_live.wait();
                    (0..CALLS).for_each(|_| shards.local().add_one(1));
                });
            }
        });
    }
    assert_eq!(shards.sum(0), 0);
    assert_eq!(shards.sum(1), 3 * CALLS * threads as u64);
}

/// Counts when it is dropped, as code of the user may do while its thread ends.
struct CountsAtTheEnd {
    shards: Arc<Two>,
    may_leave_another: bool,
}

/// How often one was dropped.
static DROPPED: AtomicUsize = AtomicUsize::new(0);

impl Drop for CountsAtTheEnd {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
        self.shards.local().add_one(1);
        if self.may_leave_another {
            let another = Self { shards: Arc::clone(&self.shards), may_leave_another: false };
            // A thread local that is first used while others are dropped already.
            let _ = NESTED.try_with(|nested| nested.set(Some(another)));
        }
    }
}

std::thread_local! {
    static BEFORE: Cell<Option<CountsAtTheEnd>> = const { Cell::new(None) };
    static AFTER: Cell<Option<CountsAtTheEnd>> = const { Cell::new(None) };
    static NESTED: Cell<Option<CountsAtTheEnd>> = const { Cell::new(None) };
}

#[test]
fn thousands_of_short_threads_leave_no_memory_and_lose_no_count_while_they_end() {
    const AT_A_TIME: usize = 8;
    const TIMES: usize = 400;
    let shards = Arc::new(Two::new());
    let at_the_end = || CountsAtTheEnd { shards: Arc::clone(&shards), may_leave_another: true };
    for _ in 0..TIMES {
        let threads = [(); AT_A_TIME].map(|()| {
            let (shards, before, after) = (Arc::clone(&shards), at_the_end(), at_the_end());
            thread::spawn(move || {
                // One on either side of the thread's number, so that one is dropped when the number is released.
                BEFORE.set(Some(before));
                (0..10).for_each(|_| shards.local().add_one(0));
                AFTER.set(Some(after));
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
    }
    let dropped = DROPPED.load(Ordering::Relaxed);
    assert!(dropped > 2 * AT_A_TIME * TIMES, "both, and what one of them left");
    assert_eq!(shards.sum(0), (AT_A_TIME * TIMES * 10) as u64);
    assert_eq!(shards.sum(1), dropped as u64);
    assert_eq!(Arc::strong_count(&shards), 1);
}
