//! The attributes on a sync function.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use backon::{BlockingRetryable, ExponentialBuilder};
use failsafe::CircuitBreaker as _;
use resilient::{bulkhead, circuit_breaker, fallback, retry};
use tokio::sync::Semaphore;

use super::peers::HOUR;
use super::{Answer, ApiError};
use crate::harness::Kind::{Bare, Hand, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question};

static SLOTS: Semaphore = Semaphore::const_new(64);

#[expect(clippy::unnecessary_wraps, reason = "the others may fail")]
fn body(id: u64) -> Answer {
    Ok(black_box(id))
}

pub(super) fn question() -> Question {
    #[fallback(default)]
    #[retry]
    #[circuit_breaker(name = "bench.sync")]
    #[bulkhead(max_concurrent = 64)]
    fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let policy = failsafe::failure_policy::consecutive_failures(5, failsafe::backoff::constant(HOUR));
    let failsafe = failsafe::Config::new().failure_policy(policy).build();
    let composed = move |id| {
        let guarded = || {
            failsafe.call(|| {
                let _slot = SLOTS.try_acquire().map_err(|_| ApiError::Refused)?;
                body(id)
            })
        };
        guarded.retry(ExponentialBuilder::default().with_jitter()).call().unwrap_or_default()
    };
    let recloser = recloser::Recloser::custom().error_rate(0.5).closed_len(128).open_wait(HOUR).build();
    let with_recloser = move |id| {
        let guarded = || {
            recloser.call(|| {
                let _slot = SLOTS.try_acquire().map_err(|_| ApiError::Refused)?;
                body(id)
            })
        };
        guarded.retry(ExponentialBuilder::default().with_jitter()).call().unwrap_or_default()
    };
    let contenders = vec![
        Contender::sync("bare call", Bare, body),
        Contender::sync("the four attributes", Ours, ours),
        Contender::sync("hand-written: no fallback, no statistics", Hand, by_hand),
        Contender::sync("backon + failsafe + `Semaphore::try_acquire`", Peer, composed),
        Contender::sync("backon + recloser + `Semaphore::try_acquire`", Peer, with_recloser),
    ];
    Question {
        id: "sync_stack",
        title: "Fallback, retry, breaker and bulkhead on a sync function",
        note: "The other peers are async only.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

fn by_hand(id: u64) -> Answer {
    static STREAK: AtomicU64 = AtomicU64::new(0);
    let mut answer = Err(ApiError::Refused);
    for _ in 0..3 {
        if STREAK.load(Ordering::Acquire) >= 5 {
            return Err(ApiError::Refused);
        }
        answer = {
            let _slot = SLOTS.try_acquire().map_err(|_| ApiError::Refused)?;
            body(id)
        };
        if answer.is_err() {
            STREAK.fetch_add(1, Ordering::AcqRel);
        } else if STREAK.load(Ordering::Acquire) != 0 {
            STREAK.store(0, Ordering::Release);
        }
        if answer.is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    answer
}
