//! Threads of bulkheads, limits that adapt themselves, and delays of hedges that do.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use resilient::{BulkheadPolicy, Error, ThreadBulkheadPolicy, bulkhead, hedge, registry};

use crate::Config;
use crate::shown::value_of;

#[bulkhead(name = "config: threads", threads = 1, max_queue = 1)]
fn on_threads<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    Ok(body())
}

#[test]
fn who_waits_gets_a_thread_that_is_added_and_with_fewer_nobody_enters_until_enough_have_ended() {
    let config = Config::alone();
    let threads = registry().thread_bulkhead("config: threads").unwrap();
    let (end_first, first_ends) = channel::<()>();
    let (end_second, second_ends) = channel::<()>();
    thread::scope(|scope| {
        let first = scope.spawn(|| on_threads(move || first_ends.recv()));
        while threads.busy() < 1 {
            thread::yield_now();
        }
        let second = scope.spawn(|| on_threads(move || second_ends.recv()));
        while threads.queued() < 1 {
            thread::yield_now();
        }
        assert!(on_threads(|| ()).unwrap_err().is_bulkhead_full(), "one may wait");
        config.apply("[bulkhead.\"config: threads\"]\nthreads = 2\nmax_queue = 0").unwrap();
        while (threads.busy(), threads.queued()) != (2, 0) {
            thread::yield_now();
        }
        assert!(on_threads(|| ()).unwrap_err().is_bulkhead_full(), "none may wait");
        config.apply("[bulkhead.\"config: threads\"]\nthreads = 1\nmax_queue = 0").unwrap();
        end_second.send(()).unwrap();
        second.join().unwrap().unwrap().unwrap();
        assert!(on_threads(|| ()).unwrap_err().is_bulkhead_full(), "the first still runs");
        end_first.send(()).unwrap();
        first.join().unwrap().unwrap().unwrap();
    });
    assert_eq!(on_threads(|| 7).unwrap(), 7);
    assert_eq!(threads.policy(), ThreadBulkheadPolicy::new(1).max_queue(0));
    config.apply("").unwrap();
    assert_eq!(threads.policy(), ThreadBulkheadPolicy::new(1).max_queue(1));
    assert_eq!((threads.capacity(), threads.stats().rejected), (2, 3));
}

#[test]
fn a_setting_of_slots_is_none_of_threads() {
    let config = Config::alone();
    let said = |text: &str| config.apply(&format!("[bulkhead.{text}")).unwrap_err().to_string();
    assert!(
        said("\"config: threads\"]\nmax_concurrent = 3").contains("with `threads` each thread runs one call at a time")
    );
    assert!(said("\"config: threads\"]\nthreads = 0").contains("`threads` must be at least 1"));
    assert!(said("\"config: adaptive\"]\nthreads = 3").contains("run on threads of others"));
    assert!(said("\"config: adaptive\"]\nkeep_alive = \"3s\"").contains("this `bulkhead` has none"));
}

#[bulkhead(name = "config: adaptive", max_concurrent = adaptive(min = 2, max = 40, initial = 8), overload_after = 1s)]
fn adaptive(body: impl FnOnce() -> Result<u32, Error>) -> Result<u32, Error> {
    body()
}

#[test]
fn a_limit_that_adapts_itself_stays_where_the_file_says() {
    let config = Config::alone();
    let bulkhead = registry().bulkhead("config: adaptive").unwrap();
    let written = bulkhead.policy();
    let slots: Vec<_> = (0..6).map(|_| bulkhead.try_acquire().unwrap()).collect();
    config.apply("[bulkhead.\"config: adaptive\"]\nmax_concurrent = 6").unwrap();
    assert_eq!((bulkhead.limit(), bulkhead.policy()), (6, BulkheadPolicy::new(6)));
    assert!(adaptive(|| Ok(1)).unwrap_err().is_bulkhead_full());
    drop(slots);
    (0..1_000).for_each(|_| drop(adaptive(|| Ok(1))));
    assert_eq!(bulkhead.limit(), 6, "it learns nothing");
    config.apply("[bulkhead.\"config: adaptive\"]\nmax_concurrent = 100").unwrap();
    assert_eq!(bulkhead.limit(), 100, "also above the bounds of the code");
    bulkhead.set_limit(50);
    assert_eq!(bulkhead.limit(), 50, "the program has a word as well");
    config.apply("").unwrap();
    assert_eq!((bulkhead.limit(), bulkhead.policy()), (8, written), "it goes on from where it was");
}

#[test]
fn how_long_a_call_may_take_below_an_adaptive_limit_changes() {
    let config = Config::alone();
    let bulkhead = registry().bulkhead("config: adaptive").unwrap();
    let written = bulkhead.policy();
    config.apply("[bulkhead.\"config: adaptive\"]\noverload_after = \"3s\"").unwrap();
    assert_eq!(bulkhead.policy(), written.overload_after(Duration::from_secs(3)));
    config.apply("").unwrap();
    assert_eq!(bulkhead.policy(), written);
    let said = |text: &str| config.apply(&format!("[bulkhead.{text}")).unwrap_err().to_string();
    assert!(
        said("\"config: threads\"]\noverload_after = \"3s\"").contains("acts only with a limit that adapts itself")
    );
    let both = "\"config: adaptive\"]\nmax_concurrent = 3\noverload_after = \"3s\"";
    assert!(said(both).contains("acts only with a limit that adapts itself"));
}

#[hedge(name = "config: percentile", delay = p90(initial = 30s))]
async fn hedged() -> Result<u32, Error> {
    tokio::time::sleep(Duration::from_secs(60)).await;
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn a_delay_that_adapts_itself_stays_where_the_file_says() {
    let config = Config::alone();
    let hedge = registry().hedge("config: percentile").unwrap();
    assert_eq!(hedge.delay(), Some(Duration::from_secs(30)));
    config.apply("[hedge.\"config: percentile\"]\ndelay = \"2s\"").unwrap();
    assert_eq!(value_of("config: percentile", "hedge", "delay"), "2s");
    for _ in 0..20 {
        hedged().await.unwrap();
    }
    assert_eq!(hedge.delay(), Some(Duration::from_secs(2)));
    assert!(hedge.stats().hedges > 0);
    config.apply("").unwrap();
    assert_eq!(hedge.delay(), Some(Duration::from_secs(30)), "what was seen by another delay says nothing");
}
