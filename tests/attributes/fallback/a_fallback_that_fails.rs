//! The error or panic of a fallback is that of the call.

use super::*;

#[tokio::test]
async fn gives_its_own_error() {
    async fn also_fails(_: u32) -> Answer {
        tokio::task::yield_now().await;
        Err(Fault::Cache)
    }

    #[fallback(also_fails)]
    async fn call(id: u32) -> Answer {
        Err(Fault::Network)
    }

    assert_eq!(call(7).await, Err(Fault::Cache));
}

#[test]
fn is_not_asked_again() {
    fn also_fails(log: &Cell<u32>) -> Answer {
        log.set(log.get() + 1);
        Err(Fault::Cache)
    }

    #[fallback(also_fails)]
    fn call(log: &Cell<u32>) -> Answer {
        Err(Fault::Network)
    }

    let log = Cell::new(0);
    assert_eq!(call(&log), Err(Fault::Cache));
    assert_eq!(log.get(), 1);
}

#[test]
fn may_panic_as_any_function() {
    #[fallback(|_| panic!("on purpose"))]
    fn call() -> Answer {
        Err(Fault::Network)
    }

    let panic = std::panic::catch_unwind(call).expect_err("it panicked");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
}
