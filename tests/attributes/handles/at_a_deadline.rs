//! A breaker of a handle or a value sees calls that hang below a sync timeout, as one with a name does.

use super::*;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use resilient_tests::millis;

#[circuit_breaker(name = "handles: deadline")]
static HANDLE: CircuitBreaker;

static LAZY: LazyLock<CircuitBreaker> = LazyLock::new(|| CircuitBreaker::new("value", BreakerPolicy::new()));

type Hangs = Receiver<()>;

fn hang(released: &Hangs, begun: &Sender<Instant>) -> Outcome {
    begun.send(Instant::now()).map_err(|_| Fault::Own)?;
    released.recv().map_err(|_| Fault::Own)?;
    Ok(1)
}

#[timeout(200ms)]
#[circuit_breaker(HANDLE)]
fn by_handle(released: Hangs, begun: Sender<Instant>) -> Outcome {
    hang(&released, &begun)
}

#[timeout(200ms)]
#[circuit_breaker(LAZY)]
fn by_static(released: Hangs, begun: Sender<Instant>) -> Outcome {
    hang(&released, &begun)
}

#[timeout(200ms)]
#[circuit_breaker(breaker)]
fn by_arc(breaker: Arc<CircuitBreaker>, released: Hangs, begun: Sender<Instant>) -> Outcome {
    hang(&released, &begun)
}

#[timeout(200ms)]
#[circuit_breaker(breaker)]
fn by_option(breaker: Option<Arc<CircuitBreaker>>, released: Hangs, begun: Sender<Instant>) -> Outcome {
    hang(&released, &begun)
}

#[timeout(200ms)]
#[circuit_breaker(breaker)]
fn by_reference(breaker: &'static CircuitBreaker, released: Hangs, begun: Sender<Instant>) -> Outcome {
    hang(&released, &begun)
}

/// A call that hangs is a failure at its deadline, and its late result changes only the totals.
#[track_caller]
fn assert_seen(breaker: &CircuitBreaker, call: impl FnOnce(Hangs, Sender<Instant>) -> Outcome) {
    let (release, released) = channel();
    let (begun, begins) = channel();
    let start = Instant::now();
    assert_eq!(call(released, begun), Err(Fault::Refused(ErrorKind::TimedOut)));
    // On a busy machine the body may begin too late for a failure, which takes half of the limit.
    let in_time = begins.try_recv().is_ok_and(|begun| begun.duration_since(start) < millis(90));
    if in_time {
        assert_eq!(breaker.stats().failed_calls, 1);
        drop(release);
        while breaker.stats().total_calls < 2 {
            thread::yield_now();
        }
        assert_eq!((breaker.stats().failed_calls, breaker.state()), (2, CircuitState::Closed));
    }
}

#[test]
fn it_counts_at_the_deadline() {
    let shared = Arc::new(CircuitBreaker::new("value", BreakerPolicy::new()));
    let optional = Arc::new(CircuitBreaker::new("value", BreakerPolicy::new()));
    let registered = registry().circuit_breaker_or_insert("handles: registered", BreakerPolicy::new());
    assert_seen(&HANDLE, by_handle);
    assert_seen(&LAZY, by_static);
    assert_seen(&shared, |released, begun| by_arc(Arc::clone(&shared), released, begun));
    assert_seen(&optional, |released, begun| by_option(Some(Arc::clone(&optional)), released, begun));
    assert_seen(registered, |released, begun| by_reference(registered, released, begun));
}
