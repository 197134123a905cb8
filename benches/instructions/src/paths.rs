//! The calls that are counted: one function for each hot path.

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier, LazyLock, OnceLock};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, Error, Failure, Pipeline, RateLimitPolicy, RateLimiter,
    RetryBudget, RetryBudgetPolicy, RetryPolicy, Slot, adaptive_throttle, bulkhead, circuit_breaker, fallback, hedge,
    rate_limit, registry, retry, timeout,
};

type Answer = Result<u64, Error>;

/// A path and its name. Called within a runtime.
pub type Path = (&'static str, fn(u64));

pub const PATHS: &[Path] = &[
    ("breaker, in a row, sync", |id| drop(black_box(in_a_row_sync(id)))),
    ("breaker, in a row", |id| ready(in_a_row(id))),
    ("breaker, a handle, sync", |id| drop(black_box(handle_sync(id)))),
    ("breaker, a handle", |id| ready(handle(id))),
    ("breaker, an optional value", |id| ready(optional(id, value()))),
    ("breaker, count window", |id| ready(count_window(id))),
    ("breaker, time window", |id| ready(time_window(id))),
    ("breaker, slow calls", |id| ready(slow_calls(id))),
    ("breaker, in a row, 20 threads came first", |id| {
        after_twenty_threads();
        ready(late_in_a_row(id));
    }),
    ("breaker, count window, 20 threads came first", |id| {
        after_twenty_threads();
        ready(late_count_window(id));
    }),
    ("breaker, open", |_| refused(open())),
    ("breaker per key, known key, sync", |_| drop(black_box(by_key_sync(black_box("host-7.example"))))),
    ("breaker per key, known key", |_| ready(by_key(black_box("host-7.example")))),
    ("breaker per key, known key that is written", |id| ready(by_written_key(id))),
    ("breaker per key, known key, a number", |id| ready(by_number(id))),
    ("breaker per key, new key", |id| ready(by_new_key(id))),
    ("adaptive throttle, admits, sync", |id| drop(black_box(throttled_sync(id)))),
    ("adaptive throttle, admits", |id| ready(throttled(id))),
    ("bulkhead, free, sync", |id| drop(black_box(free_sync(id)))),
    ("bulkhead, free", |id| ready(free(id))),
    ("bulkhead, a handle", |id| ready(free_handle(id))),
    ("bulkhead, free, limit 8, sync", |id| drop(black_box(few_sync(id)))),
    ("bulkhead, free, limit 8", |id| ready(few(id))),
    ("bulkhead, adaptive, free, sync", |id| drop(black_box(adapting_sync(id)))),
    ("bulkhead, adaptive, free", |id| ready(adapting(id))),
    ("bulkhead, adaptive, free, at its maximum", |id| ready(growing(id))),
    ("bulkhead, full", |_| full()),
    ("rate limit, free, sync", |id| drop(black_box(paced_sync(id)))),
    ("rate limit, free", |id| ready(paced(id))),
    ("rate limit, a bucket, sync", |id| drop(black_box(bucket_sync(id)))),
    ("rate limit, reached", |_| reached()),
    ("retry, first attempt", |id| ready(first_attempt(id))),
    ("retry with a budget, first attempt", |id| ready(in_budget(id))),
    ("retry with a budget, no token", |_| no_token()),
    ("hedge, ready", |id| ready(hedged(id))),
    ("hedge, yielding", |id| yielding(hedged_wait(id))),
    ("timeout, ready", |id| ready(limited(id))),
    ("timeout, yielding", |id| yielding(limited_wait(id))),
    ("four attributes, sync", |id| drop(black_box(four_sync(id)))),
    ("five attributes, ready", |id| ready(five(id))),
    ("five attributes, yielding", |id| yielding(five_waits(id))),
    ("pipeline of five layers, sync", |id| drop(black_box(pipeline().call(|| Ok(black_box(id)))))),
    ("pipeline of five layers, ready", |id| ready(through_pipeline(id))),
    ("pipeline of five layers, yielding", |id| yielding(through_pipeline_waits(id))),
    ("registry, look-up", |_| _ = black_box(registry().circuit_breaker(black_box("count.row")))),
];

/// What a call takes that has no layer.
pub const BARE: Path = ("bare call", |id| ready(bare(id)));

#[expect(clippy::unused_async, reason = "as the functions with layers")]
async fn bare(id: u64) -> Answer {
    Ok(black_box(id))
}

/// The paths that are counted with logs and metrics compiled in: one for each thing that these ask.
pub const OBSERVED: &[&str] = &[
    "breaker, in a row",
    "bulkhead, free, limit 8",
    "retry, first attempt",
    "timeout, ready",
    "four attributes, sync",
    "five attributes, ready",
];

#[circuit_breaker(name = "count.sync")]
fn in_a_row_sync(id: u64) -> Answer {
    Ok(black_box(id))
}

#[circuit_breaker(name = "count.row")]
async fn in_a_row(id: u64) -> Answer {
    Ok(black_box(id))
}

#[circuit_breaker]
static USERS: CircuitBreaker;

#[circuit_breaker(USERS)]
fn handle_sync(id: u64) -> Answer {
    Ok(black_box(id))
}

#[circuit_breaker(USERS)]
async fn handle(id: u64) -> Answer {
    Ok(black_box(id))
}

#[circuit_breaker(breaker)]
async fn optional(id: u64, breaker: Option<&CircuitBreaker>) -> Answer {
    Ok(black_box(id))
}

fn value() -> Option<&'static CircuitBreaker> {
    static VALUE: LazyLock<CircuitBreaker> =
        LazyLock::new(|| CircuitBreaker::new("count.value", resilient::BreakerPolicy::new()));
    black_box(Some(&VALUE))
}

#[circuit_breaker(name = "count.key", key = host)]
fn by_key_sync(host: &str) -> Answer {
    Ok(black_box(host.len() as u64))
}

#[circuit_breaker(name = "count.key", key = host)]
async fn by_key(host: &str) -> Answer {
    Ok(black_box(host.len() as u64))
}

#[circuit_breaker(name = "count.written", key = format_args!("host-{}", id % 8))]
async fn by_written_key(id: u64) -> Answer {
    Ok(black_box(id))
}

#[circuit_breaker(name = "count.number", key = id % 8)]
async fn by_number(id: u64) -> Answer {
    Ok(black_box(id))
}

/// Each call has a key that was never seen before.
#[circuit_breaker(name = "count.new", key = NEXT.fetch_add(1, Ordering::Relaxed))]
async fn by_new_key(id: u64) -> Answer {
    Ok(black_box(id))
}

static NEXT: AtomicU64 = AtomicU64::new(0);

#[circuit_breaker(name = "count.calls", failure_rate = 0.5, window = 128)]
async fn count_window(id: u64) -> Answer {
    Ok(black_box(id))
}

#[circuit_breaker(name = "count.time", failure_rate = 0.5, window = 10s)]
async fn time_window(id: u64) -> Answer {
    Ok(black_box(id))
}

#[circuit_breaker(name = "count.slow", slow_call = 100ms, slow_call_rate = 0.5, window = 128)]
async fn slow_calls(id: u64) -> Answer {
    Ok(black_box(id))
}

#[circuit_breaker(name = "count.late.row")]
async fn late_in_a_row(id: u64) -> Answer {
    Ok(black_box(id))
}

#[circuit_breaker(name = "count.late.calls", failure_rate = 0.5, window = 128)]
async fn late_count_window(id: u64) -> Answer {
    Ok(black_box(id))
}

/// Twenty threads are known to the library before the current one is, and idle from then on.
fn after_twenty_threads() {
    const THREADS: usize = 20;
    static ARE_THERE: OnceLock<()> = OnceLock::new();
    ARE_THERE.get_or_init(|| {
        let all_there = Arc::new(Barrier::new(THREADS + 1));
        for _ in 0..THREADS {
            let all_there = Arc::clone(&all_there);
            std::thread::spawn(move || {
                CircuitBreaker::new("count.first", BreakerPolicy::new()).record_success();
                all_there.wait();
                loop {
                    std::thread::park();
                }
            });
        }
        all_there.wait();
    });
}

#[adaptive_throttle(name = "count.throttle.sync")]
fn throttled_sync(id: u64) -> Answer {
    Ok(black_box(id))
}

#[adaptive_throttle(name = "count.throttle")]
async fn throttled(id: u64) -> Answer {
    Ok(black_box(id))
}

#[bulkhead(max_concurrent = 64)]
fn free_sync(id: u64) -> Answer {
    Ok(black_box(id))
}

#[bulkhead(max_concurrent = 64)]
async fn free(id: u64) -> Answer {
    Ok(black_box(id))
}

#[bulkhead(max_concurrent = 64)]
static SLOTS: Bulkhead;

#[bulkhead(SLOTS)]
async fn free_handle(id: u64) -> Answer {
    Ok(black_box(id))
}

/// Few slots, which all threads take from one word.
#[bulkhead(max_concurrent = 8)]
fn few_sync(id: u64) -> Answer {
    Ok(black_box(id))
}

#[bulkhead(max_concurrent = 8)]
async fn few(id: u64) -> Answer {
    Ok(black_box(id))
}

#[bulkhead(max_concurrent = adaptive(max = 64))]
fn adapting_sync(id: u64) -> Answer {
    Ok(black_box(id))
}

#[bulkhead(max_concurrent = adaptive(max = 64))]
async fn adapting(id: u64) -> Answer {
    Ok(black_box(id))
}

/// Half of the limit is used by one call, which cannot let it grow.
#[bulkhead(max_concurrent = adaptive(max = 2))]
async fn growing(id: u64) -> Answer {
    Ok(black_box(id))
}

/// In a window that is over before the next call, so that each call takes a permit and frees one.
#[rate_limit(permits = 80, per = 1ns)]
fn paced_sync(id: u64) -> Answer {
    Ok(black_box(id))
}

#[rate_limit(permits = 80, per = 1ns)]
async fn paced(id: u64) -> Answer {
    Ok(black_box(id))
}

#[rate_limit(permits = 1_000_000_000, burst = 1_000_000_000)]
fn bucket_sync(id: u64) -> Answer {
    Ok(black_box(id))
}

/// An hour has to pass before the next call can begin.
fn reached() {
    static REACHED: LazyLock<RateLimiter> = LazyLock::new(|| {
        let limiter = RateLimiter::new("count.reached", RateLimitPolicy::new(1, Duration::from_hours(1)));
        limiter.try_acquire().expect("it is free");
        limiter
    });
    assert!(black_box(REACHED.try_acquire()).is_err());
}

#[retry]
async fn first_attempt(id: u64) -> Answer {
    Ok(black_box(id))
}

#[retry(budget = "count.budget")]
async fn in_budget(id: u64) -> Answer {
    Ok(black_box(id))
}

/// What a call that fails takes more where its budget has no token.
fn no_token() {
    static SPENT: LazyLock<RetryBudget> = LazyLock::new(|| {
        let policy = RetryBudgetPolicy::new().share(0.000_000_001).min_per_second(0);
        RetryBudget::new("count.spent", policy)
    });
    assert!(!black_box(SPENT.try_take()));
}

#[timeout(1s)]
async fn limited(id: u64) -> Answer {
    Ok(black_box(id))
}

#[hedge(delay = 1s)]
async fn hedged(id: u64) -> Answer {
    Ok(black_box(id))
}

#[hedge(delay = 1s)]
async fn hedged_wait(id: u64) -> Answer {
    wait(id).await
}

#[timeout(1s)]
async fn limited_wait(id: u64) -> Answer {
    wait(id).await
}

#[fallback(default)]
#[retry]
#[circuit_breaker(name = "count.four")]
#[bulkhead(max_concurrent = 64)]
fn four_sync(id: u64) -> Answer {
    Ok(black_box(id))
}

#[fallback(default)]
#[retry]
#[circuit_breaker(name = "count.five")]
#[timeout(1s)]
#[bulkhead(max_concurrent = 64)]
async fn five(id: u64) -> Answer {
    Ok(black_box(id))
}

#[fallback(default)]
#[retry]
#[circuit_breaker(name = "count.waits")]
#[timeout(1s)]
#[bulkhead(max_concurrent = 64)]
async fn five_waits(id: u64) -> Answer {
    wait(id).await
}

/// The layers of the five attributes.
fn pipeline() -> &'static Pipeline<Error, u64> {
    static PIPELINE: LazyLock<Pipeline<Error, u64>> = LazyLock::new(|| {
        let breaker = CircuitBreaker::new("count.pipeline", BreakerPolicy::new());
        let bulkhead = Bulkhead::new("count.pipeline", BulkheadPolicy::new(64));
        let layers = Pipeline::new().fallback(|_| Ok(0)).retry(RetryPolicy::new()).breaker(breaker);
        layers.timeout(Duration::from_secs(1)).bulkhead(bulkhead).build().expect("nothing contradicts")
    });
    &PIPELINE
}

async fn through_pipeline(id: u64) -> Answer {
    pipeline().run(async || Ok(black_box(id))).await.map_err(Failure::into_error)
}

async fn through_pipeline_waits(id: u64) -> Answer {
    pipeline().run(|| wait(id)).await.map_err(Failure::into_error)
}

/// A future that is pending once.
async fn wait(id: u64) -> Answer {
    tokio::task::yield_now().await;
    Ok(black_box(id))
}

fn open() -> &'static CircuitBreaker {
    static OPEN: OnceLock<CircuitBreaker> = OnceLock::new();
    OPEN.get_or_init(|| {
        let breaker = CircuitBreaker::new("count.open", resilient::BreakerPolicy::new());
        for _ in 0..5 {
            breaker.try_acquire().expect("it is closed").failure();
        }
        breaker
    })
}

fn refused(breaker: &CircuitBreaker) {
    assert!(black_box(breaker.try_acquire()).is_err());
}

fn full() {
    static FULL: OnceLock<(&'static Bulkhead, Slot<'static>)> = OnceLock::new();
    let (bulkhead, _) = FULL.get_or_init(|| {
        let policy = BulkheadPolicy::new(1).max_wait(Duration::ZERO);
        let bulkhead: &Bulkhead = Box::leak(Box::new(Bulkhead::new("count.full", policy)));
        (bulkhead, bulkhead.try_acquire().expect("it is new"))
    });
    assert!(black_box(bulkhead.try_acquire()).is_err());
}

/// A call that is ready when first polled.
fn ready(call: impl Future<Output = Answer>) {
    assert!(black_box(polled(pin!(call))).is_ready());
}

/// A call that is ready when polled again.
fn yielding(call: impl Future<Output = Answer>) {
    let mut call = pin!(call);
    assert!(polled(call.as_mut()).is_pending());
    assert!(black_box(polled(call)).is_ready());
}

/// Polls a call as executors do, which know nothing of the future. Within the caller the compiler would turn some futures
/// into registers, and one more instruction in the drop of another future can decide whether it does.
#[inline(never)]
fn polled(call: Pin<&mut impl Future<Output = Answer>>) -> Poll<Answer> {
    call.poll(&mut Context::from_waker(Waker::noop()))
}
