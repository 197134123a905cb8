//! `Error` implements `PartialEq`.

use super::*;

/// An error type as a client of a service has it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum ApiError {
    #[error("not found")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Error),
}

#[test]
fn by_what_it_holds() {
    let later = open(Some(Duration::from_secs(7)));
    let different = [open(None), later, timed_out(), full(), exhausted()];
    for (row, left) in different.iter().enumerate() {
        assert_eq!(*left, left.clone());
        for (column, right) in different.iter().enumerate() {
            assert_eq!(left == right, row == column, "row {row}, column {column}");
        }
    }
    assert_eq!(Error::TimedOut { name: Name::intern("users"), after: Duration::from_millis(1500) }, timed_out());
}

#[test]
fn by_identity_where_it_holds_an_error_of_any_type() {
    let first = exhausted();
    assert_ne!(first, exhausted(), "another call");
    let clone = first.clone();
    assert_eq!(first, clone);
    assert_eq!(first.source().map(ToString::to_string), clone.source().map(ToString::to_string));
}

#[test]
fn within_the_results_of_a_function() {
    #[timeout(policy = resilient::TimeoutPolicy::new(Duration::from_secs(60)))]
    #[bulkhead(name = "errors: compared", max_concurrent = 1)]
    fn call(outcome: Result<u32, ApiError>) -> Result<u32, ApiError> {
        outcome
    }

    for outcome in [Ok(7), Err(ApiError::NotFound)] {
        assert_eq!(call(outcome.clone()), outcome);
    }
    let bulkhead = registry().bulkhead("errors: compared").expect("it has run");
    let _slot = bulkhead.try_acquire().expect("free");
    let full = Error::BulkheadFull { name: bulkhead.name(), limit: 1 };
    assert_eq!(call(Ok(7)), Err(ApiError::Refused(full)));
}
