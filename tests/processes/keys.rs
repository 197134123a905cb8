//! What state per key keeps of memory, and that it gives it back. A process of its own, because the allocator counts for
//! all threads.

use std::alloc::System;
use std::sync::Mutex;
use std::time::Duration;

use resilient::{
    BreakerPolicy, BulkheadPolicy, Bulkheads, CircuitBreakers, CircuitState, PerKeyPolicy, RateLimitPolicy,
    RateLimiters,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The allocator counts for all threads, so only one test measures at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// More than the threads of the test harness allocate meanwhile.
const LITTLE: usize = 50_000;

/// How much more memory is in use after `act` than before.
fn growth(act: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    act();
    let change = region.change();
    change.bytes_allocated.saturating_sub(change.bytes_deallocated)
}

fn alone() -> impl Drop {
    ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Keys that differ and look random.
fn random_keys(keys: u64) -> impl Iterator<Item = u64> {
    (0..keys).map(|key| key.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ key.rotate_left(23))
}

const OPENS_AT_ONCE: PerKeyPolicy<BreakerPolicy> = BreakerPolicy::new().failure_threshold(1).per_key();

/// Ten million with optimisations; without them fewer take long enough.
const MANY: u64 = if cfg!(debug_assertions) { 300_000 } else { 10_000_000 };

#[test]
fn millions_of_random_keys_do_not_grow_the_memory() {
    let _alone = alone();
    let hosts = CircuitBreakers::new("host", BreakerPolicy::new().per_key());
    let tenants = Bulkheads::new("tenant", BulkheadPolicy::new(1).per_key());
    let call = |key: u64| {
        hosts.get(format_args!("host-{key}.example")).record_success();
        drop(tenants.get(key).try_acquire().expect("it is free"));
    };
    random_keys(100_000).for_each(call);
    let grown = growth(|| random_keys(MANY).for_each(call));
    assert!(grown < LITTLE, "{grown} bytes for {MANY} keys");
    assert!(hosts.len() <= 9 * 128 && tenants.len() <= 9 * 128, "{} and {}", hosts.len(), tenants.len());
}

#[test]
fn keys_that_fail_take_the_memory_of_max_keys_and_no_more() {
    let _alone = alone();
    let hosts = CircuitBreakers::new("host", OPENS_AT_ONCE.max_keys(5_000));
    let fail = |key: u64| hosts.get(key).record_failure();
    let most = growth(|| random_keys(5_000).for_each(fail));
    assert!(most < 5_000 * 400, "{} bytes for each open breaker", most / 5_000);
    let more = growth(|| random_keys(200_000).skip(5_000).for_each(fail));
    assert!(more < LITTLE, "{more} bytes for keys that share");
    assert_eq!((hosts.open().len(), hosts.overflowed()), (5_000, 195_000));
}

#[test]
fn a_key_of_a_mebibyte_takes_no_more_than_a_short_one() {
    let _alone = alone();
    let hosts = CircuitBreakers::new("host", OPENS_AT_ONCE);
    let key = "x".repeat(1 << 20);
    let grown = growth(|| hosts.get(&key).record_failure());
    assert!(grown < LITTLE, "{grown} bytes");
    assert_eq!(hosts.get(&key).state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_forgotten_give_their_memory_back() {
    let _alone = alone();
    let policy = RateLimitPolicy::new(100, Duration::from_secs(60)).per_key().idle(Duration::from_secs(120));
    let users = RateLimiters::new("user", policy);
    let before = Region::new(ALLOCATOR);
    let in_use = || {
        let change = before.change();
        change.bytes_allocated.saturating_sub(change.bytes_deallocated)
    };
    for user in 0..10_000_u32 {
        users.get(user).try_acquire().expect("it is the first");
    }
    assert_eq!(users.len(), 10_000);
    let most = in_use();
    tokio::time::advance(Duration::from_secs(120)).await;
    assert_eq!(users.len(), 0);
    assert!(in_use() < most / 20, "{} of {most} bytes are kept", in_use());
}

#[test]
fn all_goes_with_its_owner() {
    let _alone = alone();
    let grown = growth(|| {
        let hosts = CircuitBreakers::new("host", OPENS_AT_ONCE);
        random_keys(10_000).for_each(|key| hosts.get(key).record_failure());
    });
    assert!(grown < LITTLE, "{grown} bytes are kept");
}
