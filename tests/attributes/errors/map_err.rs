//! `map_err` converts a refusal into an error type that has no `From`.

use super::*;

/// Has no conversion from refusals.
#[derive(Debug, PartialEq)]
enum Fault {
    Own,
    Slow(ErrorKind),
    Busy(ErrorKind),
    Down(ErrorKind),
    GaveUp(ErrorKind),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Fault {}

#[allow(clippy::needless_pass_by_value, reason = "it stands for any conversion")]
fn slow(refusal: Error) -> Fault {
    Fault::Slow(refusal.kind())
}

#[allow(clippy::needless_pass_by_value, reason = "it stands for any conversion")]
fn busy(refusal: Error) -> Fault {
    Fault::Busy(refusal.kind())
}

#[tokio::test(start_paused = true)]
async fn takes_a_path() {
    #[timeout(1s, map_err = slow)]
    async fn call(hangs: bool) -> Result<(), Fault> {
        if hangs { std::future::pending().await } else { Err(Fault::Own) }
    }

    assert_eq!(call(true).await, Err(Fault::Slow(ErrorKind::TimedOut)));
    assert_eq!(call(false).await, Err(Fault::Own), "only refusals are mapped");
}

#[tokio::test(start_paused = true)]
async fn takes_a_closure_that_sees_the_arguments() {
    #[timeout(1s, map_err = |refusal| format!("{name}: {refusal}"))]
    async fn call(name: &str) -> Result<(), String> {
        std::future::pending().await
    }

    let text = call("ann").await.expect_err("it hangs");
    assert!(text.starts_with("ann: ") && text.contains("timed out"), "{text}");
}

#[test]
fn takes_the_name_of_a_variant() {
    #[derive(Debug)]
    enum Wrapper {
        Refused(Error),
    }

    #[circuit_breaker(name = "map_err: variant", map_err = Wrapper::Refused)]
    fn call() -> Result<(), Wrapper> {
        Ok(())
    }

    assert!(call().is_ok());
    registry().circuit_breaker("map_err: variant").expect("it has run").force_open();
    assert!(matches!(call(), Err(Wrapper::Refused(refusal)) if refusal.is_circuit_open()));
}

#[tokio::test(start_paused = true)]
async fn serves_each_attribute_on_its_own() {
    #[circuit_breaker(name = "map_err: each", map_err = |refusal| Fault::Down(refusal.kind()))]
    #[timeout(1s, map_err = slow)]
    #[bulkhead(name = "map_err: each", max_concurrent = 1, map_err = busy)]
    async fn call(hangs: bool) -> Result<(), Fault> {
        if hangs { std::future::pending().await } else { Err(Fault::Own) }
    }

    assert_eq!(call(false).await, Err(Fault::Own));
    assert_eq!(call(true).await, Err(Fault::Slow(ErrorKind::TimedOut)));
    let slot = registry().bulkhead("map_err: each").expect("it has run").try_acquire().expect("free");
    assert_eq!(call(false).await, Err(Fault::Busy(ErrorKind::BulkheadFull)));
    drop(slot);
    registry().circuit_breaker("map_err: each").expect("it has run").force_open();
    assert_eq!(call(false).await, Err(Fault::Down(ErrorKind::CircuitOpen)));
}

#[test]
fn serves_each_attribute_in_a_sync_function() {
    #[circuit_breaker(name = "map_err: sync", map_err = |refusal| Fault::Down(refusal.kind()))]
    #[bulkhead(name = "map_err: sync", max_concurrent = 1, map_err = busy)]
    fn call() -> Result<(), Fault> {
        Err(Fault::Own)
    }

    assert_eq!(call(), Err(Fault::Own));
    let slot = registry().bulkhead("map_err: sync").expect("it has run").try_acquire().expect("free");
    assert_eq!(call(), Err(Fault::Busy(ErrorKind::BulkheadFull)));
    drop(slot);
    registry().circuit_breaker("map_err: sync").expect("it has run").force_open();
    assert_eq!(call(), Err(Fault::Down(ErrorKind::CircuitOpen)));
}

#[tokio::test(start_paused = true)]
async fn stands_beside_an_attribute_that_converts() {
    #[derive(Debug, PartialEq)]
    enum Mixed {
        Slow,
        Converted(ErrorKind),
    }

    impl From<Error> for Mixed {
        fn from(refusal: Error) -> Self {
            Self::Converted(refusal.kind())
        }
    }

    #[timeout(1s, map_err = |_| Mixed::Slow)]
    #[bulkhead(name = "map_err: mixed", max_concurrent = 1)]
    async fn call() -> Result<(), Mixed> {
        std::future::pending().await
    }

    assert_eq!(call().await, Err(Mixed::Slow));
    let slot = registry().bulkhead("map_err: mixed").expect("it has run").try_acquire().expect("free");
    assert_eq!(call().await, Err(Mixed::Converted(ErrorKind::BulkheadFull)));
    drop(slot);
}

#[tokio::test(start_paused = true)]
async fn serves_a_retry_that_wraps() {
    #[retry(exhausted = wrap, map_err = |refusal| Fault::GaveUp(refusal.kind()))]
    async fn call() -> Result<(), Fault> {
        Err(Fault::Own)
    }

    assert_eq!(call().await, Err(Fault::GaveUp(ErrorKind::RetriesExhausted)));
}

#[tokio::test(start_paused = true)]
async fn is_asked_only_where_the_refusal_leaves_the_outermost_attribute() {
    #[retry(max_attempts = 5)]
    #[timeout(1s, map_err = |_| { asked.set(asked.get() + 1); Fault::Own })]
    async fn call(asked: &Cell<u32>) -> Result<(), Fault> {
        std::future::pending().await
    }

    let asked = Cell::new(0);
    assert_eq!(call(&asked).await, Err(Fault::Own));
    assert_eq!(asked.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn gives_a_fallback_its_error() {
    #[fallback(|fault| if fault == Fault::Slow(ErrorKind::TimedOut) { Ok(7) } else { Err(fault) })]
    #[timeout(1s, map_err = slow)]
    async fn call() -> Result<u32, Fault> {
        std::future::pending().await
    }

    assert_eq!(call().await, Ok(7));
}
