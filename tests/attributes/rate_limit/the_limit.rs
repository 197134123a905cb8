//! How many calls begin.

use super::*;

#[tokio::test(start_paused = true)]
async fn never_more_than_the_permits_begin_in_any_span() {
    #[rate_limit(permits = 3, per = 1min)]
    async fn call() -> Outcome {
        Ok(())
    }

    let mut begun = Vec::new();
    let start = Instant::now();
    for _ in 0..400 {
        if call().await.is_ok() {
            begun.push(start.elapsed().as_millis());
        }
        advance(millis(700)).await;
    }
    assert!(begun.len() >= 12, "{begun:?}");
    assert!(begun.windows(4).all(|calls| calls[3] - calls[0] >= 60_000), "{begun:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_when_a_call_could_begin() {
    #[rate_limit(permits = 1)]
    async fn call() -> Result<(), Error> {
        Ok(())
    }

    assert_eq!(call().await, Ok(()));
    advance(millis(400)).await;
    let refused = call().await.expect_err("one in a second");
    assert_eq!(refused.retry_after(), Some(millis(600)));
    advance(millis(600)).await;
    assert_eq!(call().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_bucket_lets_its_burst_begin_at_once_and_then_the_average() {
    #[rate_limit(permits = 10, per = 1s, burst = 4)]
    async fn call() -> Outcome {
        Ok(())
    }

    for _ in 0..4 {
        assert_eq!(call().await, Ok(()));
    }
    assert_eq!(call().await, LIMITED);
    advance(millis(100)).await;
    assert_eq!((call().await, call().await), (Ok(()), LIMITED));
}

#[tokio::test(start_paused = true)]
async fn a_call_takes_as_many_permits_as_its_arguments_say() {
    #[rate_limit(permits = 10, per = 1min, cost = ids.len())]
    async fn sent(ids: Vec<u64>) -> Result<usize, Fault> {
        let taken: Box<[u64]> = ids.into();
        Ok(taken.len())
    }

    #[rate_limit(permits = 10, per = 1min, cost = weight + 1)]
    fn sent_blocking(weight: u16) -> Outcome {
        Ok(())
    }

    assert_eq!((sent(vec![0; 6]).await, sent(vec![0; 4]).await), (Ok(6), Ok(4)));
    assert_eq!(sent(Vec::new()).await, Err(Fault::Refused(ErrorKind::RateLimited)), "it takes 1 at least");
    assert_eq!((sent_blocking(8), sent_blocking(1), sent_blocking(0)), (Ok(()), LIMITED, Ok(())));
}

#[tokio::test(start_paused = true)]
async fn a_retry_computes_the_cost_in_each_attempt() {
    #[retry(max_attempts = 3, base_delay = 0s)]
    #[rate_limit(name = "rate: cost of attempts", permits = 10, per = 1min, cost = ids.len())]
    async fn sent(mut ids: Vec<u64>) -> Outcome {
        ids.clear();
        Err(Fault::Own)
    }

    assert_eq!(sent(vec![0; 4]).await, LIMITED);
    assert_eq!(limiter("rate: cost of attempts").available(), Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_takes_more_than_there_can_be_is_refused_and_never_waits_nor_tried_again() {
    #[retry(retry_refused(rate_limited))]
    #[rate_limit(name = "rate: too dear", permits = 3, max_wait = unlimited, cost = cost)]
    async fn call(cost: u32) -> Result<(), Error> {
        Ok(())
    }

    let start = Instant::now();
    let refused = call(4).await.expect_err("there are 3");
    assert_eq!((refused.is_rate_limited(), refused.retry_after(), start.elapsed()), (true, None, Duration::ZERO));
    assert_eq!(limiter("rate: too dear").stats().rejected_calls, 1, "another attempt could not begin either");
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_until_a_permit_is_free_only_if_it_is_told_so() {
    #[retry(retry_refused(rate_limited), base_delay = 1ms, max_delay = 1ms)]
    #[rate_limit(name = "rate: retried", permits = 1, per = 1min)]
    async fn patient() -> Outcome {
        Ok(())
    }

    #[retry(base_delay = 1ms)]
    #[rate_limit(name = "rate: retried")]
    async fn usual() -> Outcome {
        Ok(())
    }

    let start = Instant::now();
    assert_eq!((usual().await, usual().await), (Ok(()), LIMITED));
    assert_eq!((limiter("rate: retried").stats().rejected_calls, start.elapsed()), (1, Duration::ZERO));
    assert_eq!(patient().await, Ok(()));
    assert!(start.elapsed() >= secs(60) && start.elapsed() < secs(61), "{:?}", start.elapsed());
}
