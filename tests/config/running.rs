//! Configurations that change while many calls run. `tests/processes/reload_storm.rs` has more of them at a time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use resilient::{Error, bulkhead, circuit_breaker, registry, retry};

use crate::Config;

#[retry(max_attempts = 2, base_delay = 0ms)]
#[circuit_breaker(name = "config: storm", failure_rate = 0.9, window = 10)]
#[bulkhead(name = "config: storm", max_concurrent = 8)]
fn called(number: u64) -> Result<u64, Error> {
    Ok(number)
}

const CALLS: u64 = 250_000;

#[test]
fn a_limit_that_moves_above_the_number_of_callers_refuses_none_of_them() {
    let config = Config::alone();
    let is_done = AtomicBool::new(false);
    let applied = thread::scope(|scope| {
        let storm = scope.spawn(|| {
            let mut applied = 0_u32;
            while !is_done.load(Ordering::Relaxed) {
                let text = format!(
                    "[bulkhead.\"config: storm\"]\nmax_concurrent = {}\n[circuit_breaker.\"config: storm\"]\nwindow = {}\n\
                     [function.\"config::running::called\".retry]\nmax_attempts = {}\nenabled = {}\n",
                    4 + applied % 5,
                    10 + applied % 3,
                    2 + applied % 4,
                    !applied.is_multiple_of(7),
                );
                config.apply(&text).unwrap();
                applied += 1;
            }
            applied
        });
        let callers: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| (0..CALLS).filter(|number| called(*number).unwrap() == *number).count() as u64))
            .collect();
        let answered: u64 = callers.into_iter().map(|caller| caller.join().unwrap()).sum();
        assert_eq!(answered, 4 * CALLS, "with four callers and at least four slots none is refused");
        is_done.store(true, Ordering::Relaxed);
        storm.join().unwrap()
    });
    assert!(applied > 0);
    let breaker = registry().circuit_breaker("config: storm").unwrap();
    let bulkhead = registry().bulkhead("config: storm").unwrap();
    assert_eq!(breaker.stats().successful_calls, 4 * CALLS);
    assert_eq!((bulkhead.stats().accepted_calls, bulkhead.in_flight()), (4 * CALLS, 0));
}
