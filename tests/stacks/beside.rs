//! Attributes beside a stack add layers, in reading order.

use std::time::Duration;

use resilient::{ErrorKind, apply, fallback, retry, timeout};
use tokio::time::Instant;

use super::*;

policy! { answered = #[fallback(value = 7)]; }

async fn time(future: impl Future<Output = Result<u32, Fault>>) -> Duration {
    let start = Instant::now();
    let _ = future.await;
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn one_above_is_around_the_stack() {
    #[timeout(10s)]
    #[retry(max_attempts = 3, base_delay = 2s, jitter = none, backoff = constant)]
    #[apply(limited)]
    async fn call(ran: &Ran) -> Result<u32, Fault> {
        ran.count();
        long().await;
        Ok(7)
    }

    let ran = Ran::default();
    assert_eq!(time(call(&ran)).await, secs(7), "the timeout of the stack limits each attempt");
    assert_eq!(ran.taken(), 3);
}

#[tokio::test(start_paused = true)]
async fn one_below_is_in_the_stack() {
    #[apply(limited)]
    #[retry(max_attempts = 3, base_delay = 200ms, jitter = none, backoff = constant)]
    #[timeout(600ms)]
    async fn call(ran: &Ran) -> Result<u32, Fault> {
        ran.count();
        long().await;
        Ok(7)
    }

    let ran = Ran::default();
    assert_eq!(time(call(&ran)).await, secs(1), "the timeout of the stack limits all attempts");
    assert_eq!(ran.taken(), 2);
}

#[tokio::test(start_paused = true)]
async fn two_stacks_act_in_their_order() {
    #[apply(answered)]
    #[retry(max_attempts = 2, base_delay = 0s)]
    #[apply(limited)]
    async fn call(ran: &Ran) -> Result<u32, Fault> {
        ran.count();
        long().await;
        Ok(3)
    }

    let ran = Ran::default();
    assert_eq!(call(&ran).await, Ok(7));
    assert_eq!(ran.taken(), 2);
}

#[tokio::test(start_paused = true)]
async fn those_of_a_method_are_in_the_stack_of_its_impl() {
    struct Client(Ran);

    #[apply(upstream)]
    impl Client {
        #[fallback(value = 7, fallback_on(Fault::Refused(_)))]
        #[timeout(500ms)]
        async fn call(&self) -> Result<u32, Fault> {
            self.0.count();
            long().await;
            Ok(3)
        }
    }

    let client = Client(Ran::default());
    assert_eq!(client.call().await, Ok(7));
    assert_eq!(client.0.taken(), 1, "the answer is a success for the retry of the stack");
}

#[test]
fn none_adds_nothing() {
    #[retry(max_attempts = 3, base_delay = 0s)]
    #[apply(none)]
    fn retried(ran: &Ran) -> Result<u32, Fault> {
        ran.fails()
    }

    #[apply(none)]
    fn plain(ran: &Ran) -> Result<u32, Fault> {
        ran.fails()
    }

    let ran = Ran::default();
    assert_eq!((retried(&ran), ran.taken()), (Err(Fault::Own), 3));
    assert_eq!((plain(&ran), ran.taken()), (Err(Fault::Own), 1));
}

#[tokio::test(start_paused = true)]
async fn those_of_other_crates_stay() {
    #[tracing::instrument(skip_all)]
    #[apply(upstream)]
    #[must_use = "it may fail"]
    async fn above(ran: &Ran) -> Result<u32, Fault> {
        ran.fails()
    }

    #[apply(upstream)]
    #[tracing::instrument(skip_all)]
    async fn below(ran: &Ran) -> Result<u32, Fault> {
        ran.count();
        long().await;
        Ok(7)
    }

    let ran = Ran::default();
    assert_eq!((above(&ran).await, ran.taken()), (Err(Fault::Own), 2));
    assert_eq!((below(&ran).await, ran.taken()), (Err(Fault::Refused(ErrorKind::TimedOut)), 2));
}
