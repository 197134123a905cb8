//! Models of shards: the first thread has one of the first chunk, the second and the third make a chunk, and all others
//! share one.

use loom::sync::Arc;
use loom::thread;

use super::{LocalWords, Shards};
use crate::core::loom_model::model;
use crate::core::sync::Mutex;
use crate::core::thread_number::{FreeNumbers, Numbers};

type One = Shards<1>;

#[test]
fn what_the_last_thread_of_a_number_counted_is_not_lost_by_the_next() {
    model(|| {
        let all = Arc::new((Numbers(Mutex::new(FreeNumbers::all())), One::new()));
        let lives = |all: &(Numbers, One)| {
            let (numbers, shards) = all;
            let number = numbers.claim();
            shards.of_thread(number).add_one(0);
            let _ = shards.of_thread(number).update(0, |count| Some(count + 1));
            numbers.release(number);
        };
        let other = Arc::clone(&all);
        let thread = thread::spawn(move || lives(&other));
        lives(&all);
        thread.join().unwrap();
        assert_eq!(all.1.sum(0), 4);
    });
}

#[test]
fn threads_that_make_a_chunk_at_the_same_time_count_in_the_same() {
    model(|| {
        let shards = Arc::new(One::new());
        let other = Arc::clone(&shards);
        let count = |shards: &One, number| {
            shards.of_thread(number).add_one(0);
            let _ = shards.of_thread(number).update(0, |count| Some(count + 1));
        };
        let thread = thread::spawn(move || count(&other, 3));
        count(&shards, 4);
        assert!((2..=4).contains(&shards.sum(0)), "its own at least");
        thread.join().unwrap();
        assert_eq!(shards.sum(0), 4);
    });
}

#[test]
fn who_reads_a_count_reads_what_was_counted_before_it_in_a_new_chunk() {
    model(|| {
        let shards = Arc::new(One::new());
        let other = Arc::clone(&shards);
        let thread = thread::spawn(move || {
            other.of_thread(1).add_one(0);
            other.of_thread(0).add_one(0);
        });
        // Not on the model's own thread, whose loads loom does not put in every order.
        let reads = Arc::clone(&shards);
        let reader = thread::spawn(move || {
            let counts: Vec<u64> = reads.all(0).collect();
            assert!(counts[0] == 0 || counts == [1, 1], "{counts:?}");
        });
        reader.join().unwrap();
        thread.join().unwrap();
        assert_eq!(shards.all(0).collect::<Vec<_>>(), [1, 1]);
    });
}

/// In a shard of each kind: in the first chunk, in the next, in a further one, and one that nobody owns.
fn who_reads_a_count_reads_what_was_counted_before_it(count: fn(LocalWords<'_, 2>, usize)) {
    for number in 0..4 {
        model(move || {
            let shards = Arc::new(Shards::<2>::new());
            let (counts, reads) = (Arc::clone(&shards), Arc::clone(&shards));
            let writer = thread::spawn(move || {
                count(counts.of_thread(number), 0);
                count(counts.of_thread(number), 1);
            });
            let reader = thread::spawn(move || {
                let later = reads.sum(1);
                assert!(reads.sum(0) >= later);
            });
            reader.join().unwrap();
            writer.join().unwrap();
        });
    }
}

#[test]
fn who_reads_a_count_reads_what_was_added_before_it() {
    who_reads_a_count_reads_what_was_counted_before_it(|words, word| words.add_one(word));
}

#[test]
fn who_reads_a_count_reads_what_was_replaced_before_it() {
    who_reads_a_count_reads_what_was_counted_before_it(|words, word| _ = words.update(word, |count| Some(count + 1)));
}
