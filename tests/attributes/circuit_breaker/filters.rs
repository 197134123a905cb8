//! `failure_on` and `failure_if` select the errors that count as failures.

use super::*;

#[tokio::test]
async fn failure_on_names_the_errors_that_are_failures() {
    #[circuit_breaker(name = "filters: on", failure_threshold = 2, failure_on(Fault::Broken | Fault::Status(500..=599)))]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    for _ in 0..10 {
        assert_eq!(call(NOT_FOUND).await, NOT_FOUND);
        assert_eq!(call(Err(Fault::Status(404))).await, Err(Fault::Status(404)));
    }
    assert_eq!(breaker("filters: on").state(), CircuitState::Closed);
    assert_eq!(call(Err(Fault::Status(500))).await, Err(Fault::Status(500)));
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("filters: on").state(), CircuitState::Open);
}

#[tokio::test]
async fn failure_if_takes_a_path_or_a_closure() {
    fn is_server_fault(fault: &Fault) -> bool {
        matches!(fault, Fault::Status(500..))
    }

    #[circuit_breaker(name = "filters: path", failure_threshold = 1, failure_if = is_server_fault)]
    async fn by_path(outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(name = "filters: closure", failure_threshold = 1, failure_if = |fault| *fault == serious)]
    async fn by_closure(outcome: Outcome, serious: Fault) -> Outcome {
        outcome
    }

    assert_eq!(by_path(BAD).await, BAD);
    assert_eq!(breaker("filters: path").state(), CircuitState::Closed);
    assert_eq!(by_path(Err(Fault::Status(500))).await, Err(Fault::Status(500)));
    assert_eq!(breaker("filters: path").state(), CircuitState::Open);

    assert_eq!(by_closure(BAD, Fault::NotFound).await, BAD);
    assert_eq!(breaker("filters: closure").state(), CircuitState::Closed);
    assert_eq!(by_closure(BAD, Fault::Broken).await, BAD);
    assert_eq!(breaker("filters: closure").state(), CircuitState::Open);
}

#[tokio::test]
async fn a_guard_sees_the_arguments() {
    #[circuit_breaker(name = "filters: guard", failure_threshold = 1, failure_on(Fault::Status(status) if *status >= least))]
    async fn call(outcome: Outcome, least: u64) -> Outcome {
        outcome
    }

    let outcome = Err(Fault::Status(503));
    assert_eq!(call(outcome, 504).await, outcome);
    assert_eq!(breaker("filters: guard").state(), CircuitState::Closed);
    assert_eq!(call(outcome, 503).await, outcome);
    assert_eq!(breaker("filters: guard").state(), CircuitState::Open);
}

#[tokio::test]
async fn an_error_that_is_no_failure_is_no_success_either() {
    #[circuit_breaker(name = "filters: neither", failure_threshold = 2, failure_on(Fault::Broken))]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    assert_eq!(call(NOT_FOUND).await, NOT_FOUND);
    assert_eq!(call(BAD).await, BAD);
    assert_eq!(breaker("filters: neither").state(), CircuitState::Open, "it did not end the row");
    let stats = breaker("filters: neither").stats();
    assert_eq!((stats.successful_calls, stats.failed_calls, stats.ignored_calls), (0, 2, 1));
}

#[tokio::test]
async fn an_error_that_is_no_failure_takes_no_place_in_a_window() {
    #[circuit_breaker(name = "filters: window", failure_rate = 0.5, window = 4, failure_on(Fault::Broken))]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(BAD).await, BAD);
    assert_eq!(call(BAD).await, BAD);
    for _ in 0..100 {
        assert_eq!(call(NOT_FOUND).await, NOT_FOUND);
    }
    assert_eq!(breaker("filters: window").state(), CircuitState::Closed);
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(call(GOOD).await, GOOD);
    assert_eq!(breaker("filters: window").state(), CircuitState::Open);
}

#[test]
fn in_a_sync_function_a_predicate_may_change_what_it_borrows() {
    #[circuit_breaker(name = "filters: changes what it borrows", failure_if = |_| { *seen += 1; true })]
    fn fails(seen: &mut u32) -> Result<(), Fault> {
        Err(Fault::Broken)
    }

    let mut seen = 0;
    assert_eq!(fails(&mut seen), Err(Fault::Broken));
    assert_eq!(seen, 1);
}
