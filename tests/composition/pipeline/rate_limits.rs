//! Rate limits in a pipeline.

use resilient::{Error, RateLimitPolicy, RateLimiter, rate_limit};
use tokio::time::{Instant, advance};

use super::*;

type Plain = Pipeline<&'static str>;
type Answered = Result<u32, Failure<&'static str>>;

fn limit(permits: u32, max_wait: Duration) -> Arc<RateLimiter> {
    Arc::new(RateLimiter::new("pipeline", RateLimitPolicy::new(permits, secs(60)).max_wait(max_wait)))
}

fn layer(limit: &Arc<RateLimiter>) -> Plain {
    Pipeline::new().rate_limit(limit).build().expect("nothing contradicts")
}

#[track_caller]
fn assert_limited<T: std::fmt::Debug>(outcome: &Result<T, Failure<&str>>) {
    assert_eq!(kind(outcome), Some(ErrorKind::RateLimited), "{outcome:?}");
}

/// Refused once everybody is stopped for a while.
#[track_caller]
fn assert_stopped_for<T: std::fmt::Debug>(outcome: &Result<T, Failure<&str>>, span: Duration) {
    assert_limited(outcome);
    let refusal = outcome.as_ref().err().and_then(Failure::refusal);
    assert_eq!(refusal.and_then(Error::retry_after), Some(span));
}

#[tokio::test(start_paused = true)]
async fn one_limit_holds_for_pipelines_and_functions_async_and_sync() {
    #[rate_limit(limit)]
    fn function(limit: &RateLimiter) -> Result<u32, Error> {
        Ok(1)
    }

    let limit = limit(4, Duration::ZERO);
    let (one, other) = (layer(&limit), layer(&limit));
    assert_eq!(one.run(async || Ok(1)).await, Ok(1));
    assert_eq!((other.call(|| Ok(1)), other.call_detached(|| Ok(1))), (Ok(1), Ok(1)));
    assert_eq!(function(&limit), Ok(1));
    assert_limited(&one.run(async || Ok(1)).await);
    assert_limited(&other.call(|| Ok(1)));
    advance(secs(60)).await;
    assert_eq!(one.run(async || Ok(1)).await, Ok(1));
    let stats = limit.stats();
    assert_eq!((stats.accepted_calls, stats.rejected_calls), (5, 2));
}

#[tokio::test(start_paused = true)]
async fn a_call_takes_its_cost_and_each_attempt_does() {
    let limit = limit(5, Duration::ZERO);
    let layers = Pipeline::new().retry(steady(2, secs(1))).rate_limit(&limit).cost(2);
    let pipeline: Plain = layers.build().expect("nothing contradicts");
    assert_eq!(pipeline.run(async || Err::<u32, _>("down")).await, Err(Failure::Inner("down")));
    assert_eq!(limit.available(), Some(1));
    assert_limited(&pipeline.call(|| Ok(1)));
    assert_eq!(limit.available(), Some(1));
}

#[tokio::test(start_paused = true)]
async fn an_error_stops_everybody_who_shares_the_limit() {
    let limit = limit(100, Duration::ZERO);
    let layers = Pipeline::<&str>::new().rate_limit(&limit).paused_if(|error| error.starts_with("429"));
    let layers = layers.retry_after(|error| error.strip_prefix("429 ")?.parse().ok().map(secs));
    let pausing: Plain = layers.build().expect("nothing contradicts");
    let other = layer(&limit);

    assert!(pausing.call(|| Err::<u32, _>("500")).is_err());
    assert_eq!(limit.stats().holds, 0);
    assert!(pausing.run(async || Err::<u32, _>("429 7")).await.is_err());
    assert_eq!(limit.held_for(), secs(7));
    assert_stopped_for(&other.call(|| Ok(1)), secs(7));
    assert_stopped_for(&other.run(async || Ok(1)).await, secs(7));
    assert!(pausing.call_detached(|| Err::<u32, _>("429 9")).is_err_and(|failure| failure.refusal().is_some()));
    assert_eq!(limit.held_for(), secs(7), "a call that was refused says nothing");
    advance(secs(7)).await;
    assert!(pausing.call(|| Err::<u32, _>("429")).is_err());
    assert_eq!(limit.held_for(), secs(30), "the default");
    advance(secs(30)).await;
    assert!(pausing.call_detached(|| Err::<u32, _>("429 1000")).is_err());
    assert_eq!(limit.held_for(), secs(300), "the longest");
}

#[tokio::test(start_paused = true)]
async fn a_success_stops_everybody_and_is_returned() {
    let limit = limit(100, Duration::ZERO);
    let layers = Pipeline::new().rate_limit(&limit).paused_if_ok(|status| *status == 429);
    let layers = layers.retry_after_ok(|status| Some(secs(u64::from(*status))));
    let pipeline: Pipeline<&str, u32> = layers.build().expect("nothing contradicts");
    assert_eq!(pipeline.run(async || Ok(200)).await, Ok(200));
    assert_eq!(limit.held_for(), Duration::ZERO);
    assert_eq!(pipeline.run(async || Ok(429)).await, Ok(429));
    assert_eq!(limit.held_for(), secs(300), "of 429 s");
    assert_limited(&pipeline.call(|| Ok(200)));
    limit.resume();
    assert_eq!(pipeline.call(|| Ok(429)), Ok(429));
    assert_eq!(limit.held_for(), secs(300));
}

#[tokio::test(start_paused = true)]
async fn what_a_layer_below_refuses_stops_nobody() {
    let limit = limit(100, Duration::ZERO);
    let layers = Pipeline::new().rate_limit(&limit).paused_if(|_| true).timeout(secs(1));
    let pipeline: Plain = layers.build().expect("nothing contradicts");
    let late = pipeline.run(std::future::pending::<Result<u32, _>>).await;
    assert_eq!(kind(&late), Some(ErrorKind::TimedOut));
    assert_eq!(limit.stats().holds, 0);
}

#[tokio::test(start_paused = true)]
async fn calls_wait_in_one_queue_and_a_dropped_one_leaves_it() {
    let limit = limit(1, secs(600));
    let pipeline = layer(&limit);
    let start = Instant::now();
    assert_eq!(pipeline.run(async || Ok(1)).await, Ok(1));
    let (by_hand, ()) = tokio::join!(pipeline.run(async || Ok(Instant::now() - start)), async {
        assert_eq!(limit.waiting(), 1);
        assert!(tokio::time::timeout(secs(1), pipeline.run(async || Ok(2))).await.is_err());
        assert_eq!((limit.waiting(), limit.next_in()), (1, secs(119)));
        assert_eq!(limit.acquire().await, Ok(()));
    });
    assert_eq!((by_hand, start.elapsed()), (Ok(secs(60)), secs(120)));
    let stats = limit.stats();
    assert_eq!((stats.accepted_calls, stats.rejected_calls), (3, 0), "who gives up counts neither way");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_would_outlast_the_deadline_is_refused_at_once() {
    let limit = limit(1, secs(600));
    limit.try_acquire().expect("it is free");
    let below = |layers: resilient::pipeline::PipelineBuilder<&'static str>| -> Plain {
        layers.rate_limit(&limit).build().expect("nothing contradicts")
    };
    let own = below(Pipeline::new().timeout(secs(30)));
    let start = Instant::now();
    assert_limited(&own.run(async || Ok(1)).await);
    assert_limited(&own.call(|| Ok(1)));
    assert_limited(&own.call_detached(|| Ok(1)));
    let outer = below(Pipeline::new());
    assert_limited(&TimeoutPolicy::new(secs(30)).try_run(outer.run(async || Ok(1))).await);
    assert_eq!((start.elapsed(), limit.waiting()), (Duration::ZERO, 0));
    let enough = below(Pipeline::new().timeout(secs(61)));
    assert_eq!(enough.run(async || Ok(1)).await, Ok(1));
    assert_eq!(start.elapsed(), secs(60));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_a_pause_made_longer_ends_at_the_deadline_and_is_no_failure_of_the_callee() {
    let (limit, breaker) = (limit(1, secs(600)), breaker_of(BreakerPolicy::new().failure_threshold(1)));
    let layers = Pipeline::new().timeout(secs(90)).breaker(&breaker).rate_limit(&limit);
    let pipeline: Plain = layers.build().expect("nothing contradicts");
    limit.try_acquire().expect("it is free");
    let start = Instant::now();
    let (outcome, ()) = tokio::join!(pipeline.run(async || Ok(1)), async {
        advance(secs(1)).await;
        limit.hold(secs(300));
    });
    assert_eq!((kind(&outcome), start.elapsed()), (Some(ErrorKind::TimedOut), secs(90)));
    assert_eq!((limit.waiting(), counts(&breaker)), (0, (0, 0, 1)));
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_for_a_permit_only_if_the_policy_says_so() {
    let limit = limit(1, Duration::ZERO);
    let start = Instant::now();
    let with = |policy: RetryPolicy| -> Plain {
        Pipeline::new().retry(policy).rate_limit(&limit).build().expect("nothing contradicts")
    };
    assert_eq!(with(steady(2, secs(1))).run(async || Ok(1)).await, Ok(1));
    assert_limited(&with(steady(2, secs(1))).run(async || Ok(1)).await);
    assert_eq!(start.elapsed(), Duration::ZERO);
    let waits = with(steady(2, secs(1)).retry_rate_limited(true));
    assert_eq!((waits.run(async || Ok(1)).await, start.elapsed()), (Ok(1), secs(60)));
}

#[test]
fn a_fallback_answers_its_refusals_and_breakers_count_them_neither_way() {
    let breaker = breaker_of(BreakerPolicy::new().failure_threshold(1));
    let layers = Pipeline::new().fallback(|_| Ok(7)).fallback_refused([ErrorKind::RateLimited]);
    let layers = layers.breaker(&breaker).rate_limit(limit(1, Duration::ZERO));
    let pipeline: Pipeline<&str, u32> = layers.build().expect("nothing contradicts");
    let call = || -> Answered { pipeline.call(|| Ok(1)) };
    assert_eq!([call(), call(), call()], [Ok(1), Ok(7), Ok(7)]);
    assert_eq!(counts(&breaker), (1, 0, 2));
}
