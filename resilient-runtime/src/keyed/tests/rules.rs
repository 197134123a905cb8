//! What is forgotten, and what is not.

use super::*;

#[test]
fn a_key_has_the_same_cell_as_long_as_it_is_kept() {
    let counters = counters(8);
    counters.get("a").add();
    counters.get(String::from("a")).add();
    assert_eq!(counters.get("a").count(), 2);
    assert_eq!(counters.get("b").count(), 0);
}

#[test]
fn a_cell_that_is_worth_nothing_makes_room_for_the_next_key() {
    let counters = counters(1_000);
    counters.get("a").add();
    for key in 0..500 {
        counters.get(key);
    }
    assert!(counters.len() <= 9 * shards(&counters), "{}", counters.len());
    assert_eq!(counters.total(), Sum(1), "its totals are kept");
}

fn shards(counters: &PerKey<Counter>) -> usize {
    format!("{counters:?}")
        .split("shards: ")
        .nth(1)
        .and_then(|rest| rest.split([',', ' ']).next()?.parse().ok())
        .unwrap()
}

#[test]
fn a_cell_that_is_worth_its_memory_stays_while_there_is_room() {
    let counters = counters(10);
    for key in 0..10 {
        worth(&counters, key, Worth::Memory).add();
    }
    assert_eq!((0..10).map(|key| counters.get(key).count()).sum::<u64>(), 10);
    assert_eq!(counters.len(), 10);
}

#[test]
fn without_room_the_one_goes_that_was_not_used_lately() {
    let counters = counters(3);
    for key in 0..3 {
        worth(&counters, key, Worth::Memory).add();
    }
    counters.get(0);
    counters.get(2);
    worth(&counters, 3, Worth::Memory);
    assert_eq!([0, 2, 1].map(|key| counters.get(key).count()), [1, 1, 0]);
}

#[test]
fn what_protects_never_goes() {
    let counters = counters(4);
    for key in 0..4 {
        worth(&counters, key, Worth::Protection).add();
    }
    for key in 10..1_000 {
        counters.get(key);
    }
    assert_eq!((0..4).map(|key| counters.get(key).count()).sum::<u64>(), 4);
    assert_eq!((counters.len(), counters.overflowed()), (4, 990));
}

#[test]
fn what_somebody_uses_never_goes() {
    let counters = counters(4);
    let used: Vec<_> = (0..4).map(|key| counters.get(key)).collect();
    for key in 10..100 {
        counters.get(key);
    }
    assert!((0..4).zip(&used).all(|(key, cell)| Arc::ptr_eq(cell, &counters.get(key))));
    drop(used);
    counters.get(5).add();
    assert_eq!((counters.get(5).count(), counters.overflowed()), (1, 90), "there is room again");
}

#[test]
fn what_is_held_weakly_stays_as_well() {
    let counters = counters(1);
    let cell = Arc::downgrade(&counters.get("a"));
    counters.get("b");
    assert!(cell.upgrade().is_some_and(|cell| Arc::ptr_eq(&cell, &counters.get("a"))));
}

#[test]
fn keys_without_room_share_a_cell() {
    let counters = counters(1);
    worth(&counters, "a", Worth::Protection);
    let shared = counters.get("b");
    assert!(Arc::ptr_eq(&shared, &counters.get("c")));
    shared.add();
    assert_eq!((counters.total(), counters.overflowed()), (Sum(1), 2));
    counters.get("a").is_worth(Worth::Nothing);
    assert!(!Arc::ptr_eq(&shared, &counters.get("b")), "now there is room");
}

/// Then each new key would search through all others in vain, so only one in many does.
#[test]
fn a_key_finds_room_a_while_after_all_have_protected() {
    let counters = counters(1_600);
    for key in 0..1_600 {
        worth(&counters, key, Worth::Protection);
    }
    counters.get("in vain");
    counters.get(7).is_worth(Worth::Memory);
    let found = (0..200).position(|key| {
        let before = counters.overflowed();
        counters.get(format_args!("new {key}"));
        counters.overflowed() == before
    });
    assert_eq!(found, Some(100));
}

#[tokio::test(start_paused = true)]
async fn an_idle_key_goes_if_a_new_one_would_equal_it() {
    let counters = idle_counters(1_000, Duration::from_secs(10));
    for (key, worth) in WORTHS.into_iter().enumerate() {
        super::worth(&counters, key, worth).add();
    }
    tokio::time::advance(Duration::from_millis(9_999)).await;
    assert_eq!(counters.len(), 4);
    counters.get(0);
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(counters.len(), 3, "what was spent has gone");
    tokio::time::advance(Duration::from_millis(9_999)).await;
    assert_eq!(counters.len(), 2);
    assert_eq!([0, 1, 2, 3].map(|key| counters.get(key).count()), [0, 1, 0, 1]);
}

#[tokio::test(start_paused = true)]
async fn calls_of_other_keys_forget_idle_ones() {
    let counters = idle_counters(10_000, Duration::from_secs(10));
    for key in 0..1_000 {
        worth(&counters, key, Worth::Spent).add();
    }
    tokio::time::advance(Duration::from_secs(10)).await;
    for _ in 0..1_000 {
        tokio::time::advance(Duration::from_millis(100)).await;
        counters.get("a");
    }
    assert!(format!("{counters:?}").contains("kept: 1,"), "{counters:?}");
    assert_eq!(counters.total(), Sum(1_000));
}

#[test]
fn what_was_spent_protects_until_it_is_idle() {
    let counters = counters(1);
    worth(&counters, "a", Worth::Spent).add();
    counters.get("b");
    assert_eq!((counters.get("a").count(), counters.overflowed()), (1, 1));
}

#[test]
fn a_key_takes_no_more_memory_than_the_longest() {
    let counters = counters(2);
    let long = "x".repeat(1 << 20);
    worth(&counters, &long, Worth::Memory).add();
    assert_eq!(counters.get(&long).count(), 1);
    assert!(counters.pick(|_| Some(())).iter().all(|(key, ())| key.len() <= 256));
    long.char_indices().take(3).for_each(|(at, _)| {
        counters.get(&long[at + 1..]).add();
    });
    assert_eq!(counters.total(), Sum(4));
}

#[test]
fn a_key_goes_with_its_cell() {
    let counters = counters(1);
    counters.get("a");
    counters.get("b");
    assert_eq!(counters.pick(|_| Some(())), [("b".to_owned(), ())]);
}
