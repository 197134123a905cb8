//! A function whose return type is no `Result` has a fallback for refusals only.

use super::*;

async fn guess(takes: Duration) -> u32 {
    tokio::task::yield_now().await;
    u32::try_from(takes.as_secs()).unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_answered_by_a_value() {
    #[fallback(value = 7)]
    #[timeout(1s)]
    async fn given(takes: Duration) -> u32 {
        tokio::time::sleep(takes).await;
        1
    }

    #[fallback(default)]
    #[timeout(1s)]
    async fn default(takes: Duration) -> Option<u32> {
        tokio::time::sleep(takes).await;
        Some(1)
    }

    assert_eq!(given(Duration::ZERO).await, 1);
    assert_eq!(given(Duration::MAX).await, 7);
    assert_eq!(default(Duration::ZERO).await, Some(1));
    assert_eq!(default(Duration::MAX).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_answered_by_a_path() {
    #[fallback(guess)]
    #[timeout(1s)]
    async fn call(takes: Duration) -> u32 {
        tokio::time::sleep(takes).await;
        1
    }

    assert_eq!(call(Duration::from_secs(9)).await, 9);
}

#[tokio::test(start_paused = true)]
async fn a_closure_is_given_the_refusal_itself() {
    #[fallback(|error| error.to_string())]
    #[timeout(1s)]
    async fn call() -> String {
        std::future::pending().await
    }

    assert_eq!(call().await, concat!("`", module_path!(), "::call` timed out after 1s"));
}

#[test]
fn a_sync_function_is_answered_as_well() {
    #[fallback(|error| error.is_circuit_open())]
    #[circuit_breaker(name = "fallback: sync", failure_threshold = 1)]
    fn call() -> bool {
        false
    }

    assert!(!call());
    registry().circuit_breaker("fallback: sync").expect("it has run").force_open();
    assert!(call());
}

#[tokio::test(start_paused = true)]
async fn nothing_needs_to_be_returned_at_all() {
    #[fallback(default)]
    #[timeout(1s)]
    async fn call() {
        std::future::pending::<()>().await;
    }

    call().await;
}
