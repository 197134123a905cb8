//! Keys that come once, in numbers.

use super::*;

#[test]
fn a_million_healthy_keys_leave_a_few_cells_in_each_shard() {
    let counters = counters(2_000_000);
    for key in 0..1_000_000_u32 {
        counters.get(key).add();
    }
    assert!(counters.len() <= 9 * 256, "{} cells", counters.len());
    assert_eq!(counters.total(), Sum(1_000_000));
}

#[test]
fn a_key_that_protects_survives_a_flood_of_keys_that_are_worth_their_memory() {
    let counters = counters(1_000);
    worth(&counters, "open", Worth::Protection).add();
    for key in 0..100_000_u32 {
        worth(&counters, key, Worth::Memory);
    }
    assert_eq!((counters.get("open").count(), counters.len(), counters.overflowed()), (1, 1_000, 0));
}

/// Keys that are used again and again stay while others come once.
#[test]
fn a_key_that_is_used_often_stays_in_a_flood() {
    let counters = counters(1_000);
    worth(&counters, "often", Worth::Memory).add();
    for key in 0..10_000_u32 {
        worth(&counters, key, Worth::Memory);
        counters.get("often");
    }
    assert_eq!(counters.get("often").count(), 1);
}

#[test]
fn threads_lose_no_total_and_keep_no_more_than_they_may() {
    let counters = counters(300);
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let counters = &counters;
            scope.spawn(move || {
                for call in 0..50_000_u64 {
                    let cell = counters.get(call.wrapping_mul(thread + 7) % 900);
                    cell.add();
                    cell.is_worth(WORTHS[usize::try_from(call % 2).unwrap()]);
                }
            });
        }
    });
    assert_eq!(counters.total(), Sum(200_000));
    assert!(counters.len() <= 300, "{}", counters.len());
}
