//! `Error` converts into the error types that users have.

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
