//! A fallback changes nothing below it.

use super::*;

#[tokio::test]
async fn a_success() {
    #[fallback(|_| -> Answer { panic!("it must not be asked") })]
    async fn call() -> Answer {
        answer("fine")
    }

    assert_eq!(call().await, answer("fine"));
}

#[tokio::test]
async fn a_panic() {
    #[fallback(default)]
    async fn call() -> Answer {
        panic!("on purpose")
    }

    assert!(tokio::spawn(call()).await.expect_err("it panicked").is_panic());
}

#[tokio::test(start_paused = true)]
async fn the_attempts_of_a_retry_below_it() {
    #[fallback(default)]
    #[retry]
    async fn call(attempts: &Cell<u32>) -> Answer {
        attempts.set(attempts.get() + 1);
        Err(Fault::Network)
    }

    let attempts = Cell::new(0);
    assert_eq!(call(&attempts).await, answer(""));
    assert_eq!(attempts.get(), 3);
}
