//! A breaker without an attribute: `try_acquire`, `call` and `run`.

use super::*;

fn breaker(policy: BreakerPolicy) -> CircuitBreaker {
    CircuitBreaker::new("own", policy)
}

const TOUCHY: BreakerPolicy = BreakerPolicy::new().failure_threshold(1).success_threshold(1).half_open_max_calls(1);

#[tokio::test(start_paused = true)]
async fn a_permit_records_how_the_call_ended() {
    let breaker = breaker(TOUCHY);
    breaker.try_acquire().expect("closed").success();
    breaker.try_acquire().expect("closed").ignore();
    assert_eq!(breaker.state(), CircuitState::Closed);
    breaker.try_acquire().expect("closed").failure();
    assert_eq!(breaker.state(), CircuitState::Open);
    let refusal = breaker.try_acquire().expect_err("open");
    assert_eq!((refusal.name(), refusal.retry_after()), ("own", Some(secs(30))));
    let stats = breaker.stats();
    assert_eq!((stats.successful_calls, stats.ignored_calls, stats.failed_calls, stats.rejected_calls), (1, 1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_permit_counts_neither_way_and_gives_its_place_back() {
    let breaker = breaker(TOUCHY);
    breaker.try_acquire().expect("closed").failure();
    advance(secs(30)).await;
    let probe = breaker.try_acquire().expect("a probe");
    assert!(breaker.try_acquire().is_err());
    drop(probe);
    assert_eq!(breaker.state(), CircuitState::HalfOpen);
    breaker.try_acquire().expect("the place is free").success();
    assert_eq!(breaker.state(), CircuitState::Closed);
    assert_eq!(breaker.stats().ignored_calls, 1);
}

#[test]
fn call_keeps_the_error_apart_from_the_refusal() {
    let breaker = breaker(TOUCHY);
    assert!(matches!(breaker.call(|| Ok::<_, String>(7)), Ok(7)));
    let failed = breaker.call(|| Err::<(), _>("mine".to_owned()));
    assert!(matches!(&failed, Err(Failure::Inner(error)) if error == "mine"), "{failed:?}");
    let refused = breaker.call(|| -> Result<(), String> { panic!("must not run") });
    assert!(matches!(&refused, Err(Failure::Refused(refusal)) if refusal.is_circuit_open()), "{refused:?}");
}

#[tokio::test]
async fn run_keeps_the_error_apart_from_the_refusal() {
    let breaker = breaker(TOUCHY);
    assert!(matches!(breaker.run(async { Ok::<_, String>(7) }).await, Ok(7)));
    let failed = breaker.run(async { Err::<(), _>("mine".to_owned()) }).await;
    assert!(matches!(&failed, Err(Failure::Inner(error)) if error == "mine"), "{failed:?}");
    let refused = breaker.run(async { panic!("must not run") as Result<(), String> }).await;
    assert!(matches!(&refused, Err(Failure::Refused(refusal)) if refusal.is_circuit_open()), "{refused:?}");
}

#[test]
fn call_counts_a_panic_as_a_failure() {
    let breaker = breaker(TOUCHY);
    let panic = catch_unwind(AssertUnwindSafe(|| breaker.call(|| -> Result<(), String> { panic!("on purpose") })));
    assert!(panic.is_err());
    assert_eq!(breaker.state(), CircuitState::Open);
}

#[tokio::test]
async fn run_counts_a_dropped_future_neither_way() {
    let breaker = breaker(TOUCHY);
    tokio::select! {
        biased;
        _ = breaker.run(std::future::pending::<Outcome>()) => unreachable!(),
        () = std::future::ready(()) => {}
    }
    let stats = breaker.stats();
    assert_eq!((stats.total_calls, stats.ignored_calls, stats.failed_calls), (1, 1, 0));
}
