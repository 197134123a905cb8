//! Errors of type `String`, where no refusal can reach the error. That they compile is the test.

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
