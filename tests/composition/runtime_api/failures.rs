//! `Failure`: a refusal or the error of the function.

use super::*;

#[derive(Debug, PartialEq, thiserror::Error)]
enum Fault {
    #[error("own")]
    Own,
    #[error("refused")]
    Refused,
}

impl From<Error> for Fault {
    fn from(_: Error) -> Self {
        Self::Refused
    }
}

fn refused() -> Failure<Fault> {
    let breaker = CircuitBreaker::new("api: failures", BreakerPolicy::new());
    breaker.force_open();
    breaker.call(|| Ok::<(), _>(())).expect_err("it is open")
}

#[test]
fn keep_the_functions_error_apart_from_the_refusal() {
    let (own, refused) = (Failure::<Fault>::Inner(Fault::Own), refused());
    assert_eq!(own.inner(), Some(&Fault::Own));
    assert!(own.refusal().is_none());
    assert_eq!(refused.inner(), None);
    assert!(refused.refusal().is_some_and(Error::is_circuit_open));
}

#[test]
fn turn_into_the_functions_error() {
    assert_eq!(Failure::<Fault>::Inner(Fault::Own).into_error(), Fault::Own);
    assert_eq!(refused().into_error(), Fault::Refused);
}

#[test]
fn read_like_what_they_hold() {
    assert_eq!(Failure::<Fault>::Inner(Fault::Own).to_string(), "own");
    assert!(refused().to_string().contains("api: failures"));
}
