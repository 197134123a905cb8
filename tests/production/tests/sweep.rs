//! All five attributes, dropped at each poll: nothing leaks, and later calls work.

use resilient::{Error, bulkhead, circuit_breaker, fallback, registry, retry, timeout};
use resilient_tests::{polled, some_turns};

#[fallback(|error| async move { some_turns(2).await; Err(error) })]
#[retry(max_attempts = 3, base_delay = 1ms, bind = attempt)]
#[circuit_breaker(name = "sweep", failure_threshold = 1000)]
#[timeout(10s)]
#[bulkhead(name = "sweep", max_concurrent = 1)]
async fn call() -> Result<u32, Error> {
    some_turns(3).await;
    let is_last = attempt.is_last();
    some_turns(2).await;
    if is_last { Ok(7) } else { Err(Error::BulkheadFull { name: resilient::Name::new(&"elsewhere"), limit: 1 }) }
}

#[test]
fn dropped_at_every_poll() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        for polls in 0.. {
            let ended = polled(call(), polls).await;
            assert_eq!(call().await.unwrap(), 7, "after {polls} polls");
            assert_eq!(registry().bulkhead("sweep").unwrap().in_flight(), 0);
            let stats = registry().circuit_breaker("sweep").unwrap().stats();
            assert_eq!(stats.total_calls, stats.successful_calls + stats.failed_calls + stats.ignored_calls);
            if ended.is_some() {
                assert!(polls > 10, "there were pauses and turns to be dropped at: {polls}");
                break;
            }
        }
    });
}
