//! `#[circuit_breaker]` on a sync function.

use super::*;

#[test]
fn opens_and_recovers_without_a_runtime() {
    #[circuit_breaker(
        name = "sync: breaking", failure_threshold = 2, recovery_timeout = 100ms, success_threshold = 1,
        failure_on(Fault::Own)
    )]
    fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD), BAD);
    assert_eq!(call(Err(Fault::Other)), Err(Fault::Other));
    assert_eq!(call(BAD), BAD);
    let breaker = registry().circuit_breaker("sync: breaking").expect("it has run");
    assert_eq!(breaker.state(), CircuitState::Open);
    thread::sleep(millis(110));
    assert_eq!(call(Ok(7)), Ok(7));
    assert_eq!(breaker.state(), CircuitState::Closed);
}

#[test]
fn refuses_without_running_the_body() {
    #[circuit_breaker(name = "sync: refuses", failure_threshold = 1, recovery_timeout = 1h)]
    fn call(ran: &Cell<u32>) -> Outcome {
        count(ran);
        BAD
    }

    let ran = Cell::new(0);
    assert_eq!(call(&ran), BAD);
    assert_eq!(call(&ran), refused(ErrorKind::CircuitOpen));
    assert_eq!(ran.get(), 1);
}

#[test]
fn takes_every_setting() {
    #[circuit_breaker(
        name = "sync: settings", failure_rate = 0.5, window = 10s, min_calls = 2, slow_call = 1h, slow_call_rate = 0.5,
        recovery_timeout = 1min, recovery_backoff = 2.0, max_recovery_timeout = 1h, half_open_max_calls = 1,
        success_threshold = 1, failure_if = |fault| *fault == Fault::Own, map_err = |_| Fault::Other
    )]
    fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(Ok(1)), Ok(1));
    assert_eq!(call(BAD), BAD);
    assert_eq!(call(Ok(1)), Err(Fault::Other));
}
