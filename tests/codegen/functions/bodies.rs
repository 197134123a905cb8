//! What a body may contain.

use super::*;

#[tokio::test]
async fn may_hold_items_labels_and_names_like_ours() {
    #[fallback(value = 100)]
    #[retry(base_delay = 0s)]
    #[circuit_breaker(name = "functions: bodies")]
    #[timeout(1h)]
    #[bulkhead(max_concurrent = 1)]
    async fn awaits(outcome: u32, failure: &Ran) -> Result<u32, Fault> {
        const LIMIT: u32 = 3;
        fn retrying(attempt: u32) -> u32 {
            attempt
        }

        rest().await;
        let (attempt, slot, pause, policy) = (failure.count(), outcome, 1, 2);
        let body = 'bulkhead: {
            if retrying(attempt) < LIMIT {
                break 'bulkhead Err(Fault::Own);
            }
            Ok(slot + pause + policy)
        };
        let answer = body?;
        Ok(answer)
    }

    assert_eq!(awaits(7, &Ran::default()).await, Ok(10));
}

mod hostile {
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Result;
    pub(super) struct Clone;
}

mod shadowed {
    use super::hostile::{Clone, Err, None, Ok, Result, Some};
    use super::{Fault, bulkhead, circuit_breaker, fallback, retry, timeout};

    #[fallback(|_| std::result::Result::Ok(7))]
    #[retry(base_delay = 0s)]
    #[circuit_breaker(name = "functions: prelude")]
    #[timeout(1h)]
    #[bulkhead(max_concurrent = 1)]
    pub(super) fn call(mut ids: Vec<u32>) -> std::result::Result<u32, Fault> {
        let _ = (Ok, Err, Some, None, Result, Clone);
        ids.clear();
        std::result::Result::Err(Fault::Own)
    }
}

#[test]
fn may_stand_where_the_prelude_is_shadowed() {
    assert_eq!(shadowed::call(vec![1]), Ok(7));
}

#[tokio::test]
async fn may_be_written_by_a_macro() {
    macro_rules! retried {
        ($name:ident, $attempts:literal, $ty:ty, $body:expr) => {
            #[retry(max_attempts = $attempts, base_delay = 0s)]
            async fn $name(ran: &Ran) -> Result<$ty, Fault> {
                rest().await;
                if ran.count() < $attempts {
                    return Err(Fault::Own);
                }
                $body
            }
        };
    }

    retried!(call, 4, u32, Ok(7));

    let ran = Ran::default();
    assert_eq!(call(&ran).await, Ok(7));
    assert_eq!(ran.0.get(), 4);
}
