//! The stress test with the clock that programs have, and a stress test of the timers.

#[path = "../../processes/stress/main.rs"]
mod stress;

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use resilient::TimeoutPolicy;

/// Polls once and ignores the outcome.
async fn begin(call: impl Future) {
    let mut call = pin!(call);
    poll_fn(|context| {
        let _ = call.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
}

#[test]
fn of_alarms_that_are_set_taken_back_and_over_at_once() {
    let threads = (0..8_u64).map(|seed| {
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(async {
                // A linear congruential generator, with the constants of Numerical Recipes, so that every run is the
                // same.
                let mut random = seed;
                for _ in 0..50_000 {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let limit = TimeoutPolicy::new(Duration::from_nanos(1 + (random >> 33) % 100_000));
                    if random >> 60 == 0 {
                        assert!(limit.run_infallible(pending::<()>()).await.unwrap_err().is_timed_out());
                    } else {
                        begin(limit.run_infallible(pending::<()>())).await;
                    }
                }
            });
        })
    });
    threads.collect::<Vec<_>>().into_iter().for_each(|thread| thread.join().unwrap());
}
