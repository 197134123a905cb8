//! `#[fallback(|error| …)]`

use super::*;

#[tokio::test]
async fn gets_the_error_and_may_use_the_arguments() {
    #[fallback(|error| Ok(format!("{name} after {error:?}")))]
    async fn call(name: &str) -> Answer {
        Err(Fault::Status(503))
    }

    assert_eq!(call("guest").await, answer("guest after Status(503)"));
}

#[test]
fn gets_the_error_in_a_sync_function_too() {
    #[fallback(|error| if id == 0 { Err(error) } else { Ok(format!("guest {id}")) })]
    fn call(id: u32) -> Answer {
        Err(Fault::Network)
    }

    assert_eq!(call(7), answer("guest 7"));
    assert_eq!(call(0), Err(Fault::Network));
}

#[tokio::test(start_paused = true)]
async fn gets_a_refusal_as_the_functions_own_error() {
    #[fallback(|error| match error {
        Fault::Refused(kind) => Ok(format!("{kind:?}")),
        other => Err(other),
    })]
    #[timeout(1s)]
    async fn call() -> Answer {
        std::future::pending().await
    }

    assert_eq!(call().await, answer("TimedOut"));
}

#[tokio::test]
async fn may_be_async() {
    #[fallback(|error| async move {
        tokio::task::yield_now().await;
        Ok(format!("later, after {error:?}"))
    })]
    async fn call() -> Answer {
        Err(Fault::Network)
    }

    assert_eq!(call().await, answer("later, after Network"));
}

#[test]
fn may_ignore_the_error() {
    #[fallback(|_| Ok(format!("guest {id}")))]
    fn call(id: u32) -> Answer {
        Err(Fault::Network)
    }

    assert_eq!(call(7), answer("guest 7"));
}

#[test]
fn may_take_the_error_apart() {
    #[fallback(|fault: Fault| { let Fault::Status(status) = fault else { return Err(fault) }; Ok(status.to_string()) })]
    fn call(fault: Fault) -> Answer {
        Err(fault)
    }

    assert_eq!(call(Fault::Status(404)), answer("404"));
    assert_eq!(call(Fault::Network), Err(Fault::Network));
}
