//! `resilient::Error`: what a refusal tells, and how it becomes the function's own error.

use std::cell::Cell;
use std::error::Error as _;
use std::io;
use std::time::Duration;

use resilient::{CircuitState, Error, ErrorKind, Name, bulkhead, circuit_breaker, fallback, registry, retry, timeout};

const fn open(retry_after: Option<Duration>) -> Error {
    Error::CircuitOpen { name: Name::new(&"payments"), state: CircuitState::Open, retry_after }
}

const fn timed_out() -> Error {
    Error::TimedOut { name: Name::new(&"users"), after: Duration::from_millis(1500) }
}

const fn full() -> Error {
    Error::BulkheadFull { name: Name::new(&"db"), limit: 10 }
}

/// The only one that cannot be made by hand.
fn exhausted() -> Error {
    #[derive(Debug)]
    struct Exhausted(Option<Error>);

    impl From<Error> for Exhausted {
        fn from(refusal: Error) -> Self {
            Self(Some(refusal))
        }
    }

    impl std::fmt::Display for Exhausted {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the reason")
        }
    }

    impl std::error::Error for Exhausted {}

    #[retry(max_attempts = 2, base_delay = 0s, exhausted = wrap)]
    fn fails() -> Result<(), Exhausted> {
        Err(Exhausted(None))
    }

    fails().expect_err("it fails").0.expect("it is wrapped")
}

fn all() -> [Error; 4] {
    [open(None), timed_out(), full(), exhausted()]
}

mod a_refusal_tells {
    use super::*;

    #[test]
    fn its_kind() {
        let kinds = all().map(|error| error.kind());
        let expected =
            [ErrorKind::CircuitOpen, ErrorKind::TimedOut, ErrorKind::BulkheadFull, ErrorKind::RetriesExhausted];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn whether_it_is_of_a_kind() {
        let table = all().map(|error| {
            [error.is_circuit_open(), error.is_timed_out(), error.is_bulkhead_full(), error.is_retries_exhausted()]
        });
        for (row, answers) in table.iter().enumerate() {
            for (column, answer) in answers.iter().enumerate() {
                assert_eq!(*answer, row == column, "row {row}, column {column}");
            }
        }
    }

    #[test]
    fn a_name() {
        let names = all().map(|error| error.name().to_owned());
        assert_eq!(names[..3], ["payments", "users", "db"]);
        assert!(names[3].ends_with("fails"), "{}", names[3]);
    }

    #[test]
    fn when_to_come_back_if_that_is_known() {
        let after = Some(Duration::from_secs(7));
        assert_eq!(open(after).retry_after(), after);
        for error in all() {
            assert_eq!(error.retry_after(), None);
        }
    }

    #[test]
    fn everything_in_words() {
        let texts = [
            (open(Some(Duration::from_secs(7))), vec!["payments", "open", "7s"]),
            (open(None), vec!["payments", "open"]),
            (timed_out(), vec!["users", "timed out", "1.5s"]),
            (full(), vec!["db", "full", "10"]),
            (exhausted(), vec!["fails", "2", "the reason"]),
        ];
        for (error, words) in texts {
            let text = error.to_string();
            assert!(words.iter().all(|word| text.contains(word)), "{text:?} lacks one of {words:?}");
            assert!(!text.ends_with('.') && !text.contains('\n'), "{text:?}");
        }
    }

    #[test]
    fn its_source_if_there_is_one() {
        for error in [open(None), timed_out(), full()] {
            assert!(error.source().is_none(), "{error}");
        }
        assert_eq!(exhausted().source().expect("the last error").to_string(), "the reason");
    }

    #[test]
    fn that_it_is_small_and_may_go_anywhere() {
        fn goes_anywhere<T: Send + Sync + Unpin + 'static>() {}

        goes_anywhere::<Error>();
        assert!(size_of::<Error>() <= 4 * size_of::<usize>(), "{} bytes", size_of::<Error>());
    }
}

mod it_can_be_compared {
    use super::*;

    /// As a client of a service writes it.
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
}

mod it_turns_into {
    use super::*;

    #[timeout(5ms, cooperative)]
    fn late<E: From<Error>>() -> Result<(), E> {
        while resilient::deadline().is_some_and(|deadline| !deadline.is_over()) {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    #[test]
    fn itself() {
        assert!(late::<Error>().expect_err("it is late").is_timed_out());
    }

    #[test]
    fn an_io_error() {
        let error = late::<io::Error>().expect_err("it is late");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        assert!(inner.is_some_and(Error::is_timed_out), "{inner:?}");
    }

    #[test]
    fn a_boxed_error() {
        let error = late::<Box<dyn std::error::Error + Send + Sync>>().expect_err("it is late");
        assert!(error.downcast_ref::<Error>().is_some_and(Error::is_timed_out));
        let error = late::<Box<dyn std::error::Error>>().expect_err("it is late");
        assert!(error.downcast_ref::<Error>().is_some_and(Error::is_timed_out));
    }

    #[test]
    fn an_anyhow_error() {
        let error = late::<anyhow::Error>().expect_err("it is late");
        assert!(error.downcast_ref::<Error>().is_some_and(Error::is_timed_out));
    }

    #[test]
    fn a_variant_of_an_enum() {
        #[derive(Debug, thiserror::Error)]
        enum ApiError {
            #[error("not found")]
            NotFound,
            #[error(transparent)]
            Refused(#[from] Error),
        }

        #[timeout(60s)]
        fn in_time() -> Result<(), ApiError> {
            Err(ApiError::NotFound)
        }

        assert!(matches!(late::<ApiError>(), Err(ApiError::Refused(refusal)) if refusal.is_timed_out()));
        assert!(matches!(in_time(), Err(ApiError::NotFound)));
    }

    #[tokio::test(start_paused = true)]
    async fn any_of_these_in_an_async_function() {
        #[timeout(1s)]
        async fn io() -> io::Result<()> {
            std::future::pending().await
        }

        #[timeout(1s)]
        async fn boxed() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            std::future::pending().await
        }

        #[timeout(1s)]
        async fn any() -> anyhow::Result<()> {
            std::future::pending().await
        }

        assert_eq!(io().await.expect_err("it hangs").kind(), io::ErrorKind::TimedOut);
        assert!(boxed().await.expect_err("it hangs").downcast_ref::<Error>().is_some_and(Error::is_timed_out));
        assert!(any().await.expect_err("it hangs").downcast_ref::<Error>().is_some_and(Error::is_timed_out));
    }
}

mod map_err {
    use super::*;

    /// Knows nothing of refusals.
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
}

/// They compile: nothing here can hold a refusal.
mod a_string_is_error_enough {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn for_a_retry() {
        #[retry]
        async fn call() -> Result<(), String> {
            Err("no".to_owned())
        }

        assert_eq!(call().await, Err("no".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn for_a_fallback_above_a_retry() {
        #[fallback(|error| Err(error + "!"))]
        #[retry]
        async fn call() -> Result<(), String> {
            Err("no".to_owned())
        }

        assert_eq!(call().await, Err("no!".to_owned()));
    }

    fn anyway() -> Result<u32, String> {
        "7".parse().map_err(|_| "no number".to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn for_attributes_that_refuse_below_a_fallback_that_does_not_look_at_the_error() {
        #[fallback(value = 7)]
        #[timeout(1s)]
        async fn by_value() -> Result<u32, String> {
            std::future::pending().await
        }

        #[fallback(default)]
        #[timeout(1s)]
        async fn by_default() -> Result<u32, String> {
            std::future::pending().await
        }

        #[fallback(anyway)]
        #[timeout(1s)]
        async fn by_path() -> Result<u32, String> {
            std::future::pending().await
        }

        #[fallback(|_| Ok(7))]
        #[timeout(1s)]
        async fn by_closure() -> Result<u32, String> {
            std::future::pending().await
        }

        #[fallback(value = 7, fallback_if = String::is_empty)]
        #[timeout(1s)]
        async fn filtered() -> Result<u32, String> {
            std::future::pending().await
        }

        assert_eq!(by_value().await, Ok(7));
        assert_eq!(by_default().await, Ok(0));
        assert_eq!(by_path().await, Ok(7));
        assert_eq!(by_closure().await, Ok(7));
        assert_eq!(filtered().await, Ok(7));
    }
}
