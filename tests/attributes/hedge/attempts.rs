//! When attempts begin and end.

use std::cell::Cell;
use std::sync::Mutex;

use resilient::{Attempt, HedgeEvent, HedgeReason};

use super::*;

/// An attempt that runs.
struct Running<'a>(&'a Cell<u32>);

impl<'a> Running<'a> {
    fn enter(running: &'a Cell<u32>, most: &Cell<u32>) -> Self {
        running.set(running.get() + 1);
        most.set(most.get().max(running.get()));
        Self(running)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

#[tokio::test(start_paused = true)]
async fn another_begins_after_the_delay_and_the_first_success_wins() {
    #[hedge(delay = 100ms, max_hedges = 2, budget = unlimited, bind = attempt)]
    async fn call(each: &[u64]) -> Result<u64, Fault> {
        after(each[attempt.number() as usize - 1]).await
    }
    assert_eq!(timed(call(&[50, 2, 2])).await, (Ok(50), 50));
    assert_eq!(timed(call(&[150, 300, 20])).await, (Ok(150), 150));
    assert_eq!(timed(call(&[500, 20, 2])).await, (Ok(20), 120));
}

#[tokio::test(start_paused = true)]
async fn the_delay_counts_from_the_start_of_the_latest_attempt() {
    #[hedge(delay = 100ms, max_hedges = 2, budget = unlimited, bind = attempt)]
    async fn call(log: &Mutex<Vec<(u32, bool, u128)>>, start: Instant) -> Result<u64, Fault> {
        let number = attempt.number();
        assert_eq!(attempt.elapsed(), start.elapsed());
        log.lock().unwrap().push((number, attempt.is_last(), start.elapsed().as_millis()));
        after(if number == 1 { 31 } else { 500 }).await
    }
    let log = Mutex::default();
    assert_eq!(call(&log, Instant::now()).await, Ok(500));
    assert_eq!(*log.lock().unwrap(), [(1, false, 0), (2, false, 31), (3, true, 131)]);
}

#[tokio::test(start_paused = true)]
async fn a_delay_of_zero_starts_all_at_once() {
    #[hedge(delay = 0s, max_hedges = 2, budget = unlimited, bind = attempt)]
    async fn call() -> u64 {
        let ms = 400 - 100 * u64::from(attempt.number());
        sleep(millis(ms)).await;
        ms
    }
    assert_eq!(timed(call()).await, (100, 100));
}

#[tokio::test(start_paused = true)]
async fn losers_are_dropped_before_the_answer_is_handed_out() {
    #[hedge(delay = 10ms, max_hedges = 2, budget = unlimited, bind = attempt)]
    async fn call(running: &Cell<u32>, most: &Cell<u32>) -> Result<u32, Fault> {
        let _running = Running::enter(running, most);
        sleep(if attempt.number() == 2 { millis(50) } else { millis(5_000) }).await;
        Ok(attempt.number())
    }
    let (running, most) = (Cell::new(0), Cell::new(0));
    assert_eq!(call(&running, &most).await, Ok(2));
    assert_eq!((running.get(), most.get()), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_drops_all_attempts() {
    #[hedge(delay = 10ms)]
    async fn call(running: &Cell<u32>, most: &Cell<u32>) {
        let _running = Running::enter(running, most);
        std::future::pending().await
    }
    let (running, most) = (Cell::new(0), Cell::new(0));
    assert!(tokio::time::timeout(millis(50), call(&running, &most)).await.is_err());
    assert_eq!((running.get(), most.get()), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn an_observer_sees_each_attempt_beside_the_first() {
    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    fn seen(event: &HedgeEvent<'_>) {
        assert_eq!(event.why == HedgeReason::Failed, event.attempt == 3);
        SEEN.lock().unwrap().push(event.to_string());
    }

    #[hedge(delay = 100ms, max_hedges = 2, budget = unlimited, bind = attempt, on_hedge = seen)]
    async fn call() -> Result<u64, Fault> {
        after([500, 31, 2][attempt.number() as usize - 1]).await
    }
    assert_eq!(timed(call()).await, (Ok(2), 133));
    let name = concat!(module_path!(), "::call");
    assert_eq!(
        *SEEN.lock().unwrap(),
        [
            format!("{name}: attempt 2 of 3, because the latest was slow"),
            format!("{name}: attempt 3 of 3, because one failed")
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_what_the_body_needs_of_it() {
    fn is_attempt(_: Attempt) {}

    #[hedge(delay = 1s, bind = which)]
    async fn call() -> Result<u32, Fault> {
        is_attempt(which);
        let number = async move { which.number() }.await;
        Ok(number)
    }
    assert_eq!(call().await, Ok(1));
}
