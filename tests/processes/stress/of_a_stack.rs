//! Every layer that calls share, around bodies that succeed, fail, panic, and are dropped at any poll.

use resilient::{bulkhead, circuit_breaker, hedge, rate_limit, registry, retry, timeout};

use super::*;

#[derive(Debug)]
enum Fault {
    Own,
    Refused,
}

impl From<Error> for Fault {
    fn from(_: Error) -> Self {
        Self::Refused
    }
}

fn body(random: u64) -> Result<(), Fault> {
    match random % 8 {
        0 => std::panic::resume_unwind(Box::new("as asked")),
        1 | 2 => Err(Fault::Own),
        _ => Ok(()),
    }
}

#[retry(max_attempts = 3, base_delay = 0s, budget(name = "stress: stack", share = 0.5, min_per_second = 0, burst = 1_000_000))]
#[circuit_breaker(name = "stress: stack", failure_threshold = 20, recovery_timeout = 1ms)]
#[rate_limit(name = "stress: stack", permits = 1_000_000, per = 1h, burst = 1_000_000, max_wait = 1ms)]
#[timeout(1min, cooperative)]
#[bulkhead(name = "stress: stack", max_concurrent = 3, max_wait = 1ms)]
fn call(random: u64) -> Result<(), Fault> {
    body(random)
}

#[retry(max_attempts = 3, base_delay = 0s, budget = "stress: stack")]
#[circuit_breaker(name = "stress: stack")]
#[rate_limit(name = "stress: stack")]
#[timeout(1min)]
#[bulkhead(name = "stress: stack")]
#[hedge(delay = 0s, budget = unlimited)]
async fn call_later(random: u64) -> Result<(), Fault> {
    for _ in 0..random / 8 % 3 {
        tokio::task::yield_now().await;
    }
    body(random)
}

fn any_call(random: u64) {
    if random.is_multiple_of(3) {
        let mut later = Box::pin(call_later(random / 3));
        for _ in 0..random / 3 % 6 {
            if later.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                return;
            }
        }
    } else if let Err(Fault::Own) = call(random / 3) {
        std::thread::yield_now();
    }
}

#[test]
fn nothing_is_lost() {
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                let mut random = thread;
                for _ in 0..5_000 {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let _ = catch_unwind(AssertUnwindSafe(|| any_call(random >> 33)));
                }
            });
        }
    });
    let name = "stress: stack";
    let bulkhead = registry().bulkhead(name).expect("it has run");
    assert_eq!((bulkhead.in_flight(), bulkhead.waiting(), bulkhead.available()), (0, 0, 3));
    let limiter = registry().rate_limiter(name).expect("it has run");
    assert_eq!(limiter.waiting(), 0);
    let stats = registry().circuit_breaker(name).expect("it has run").stats();
    assert_eq!(stats.total_calls, stats.successful_calls + stats.failed_calls + stats.ignored_calls);
    assert_eq!(limiter.stats().accepted_calls + limiter.stats().rejected_calls, stats.total_calls);
    let budget = registry().retry_budget(name).expect("it has run");
    assert_eq!(budget.stats().retries + budget.available(), budget.stats().calls / 2, "no token is lost");
    assert!(budget.stats().retries > 0 && stats.successful_calls > 0, "{stats:?}");
}
