//! Configurations of the other libraries that several benchmarks use.

use std::future::{Ready, ready};
use std::sync::OnceLock;
use std::time::Duration;

use seatbelt::RecoveryInfo;
use tokio::runtime::Runtime;
use tower::retry::Policy;
use tower::{ServiceBuilder, service_fn};

use super::Answer;
use crate::harness::Kind::Peer;
use crate::harness::{Contender, runtime};

/// A limit that no call reaches.
pub(super) const LIMIT: Duration = Duration::from_secs(1);
/// Longer than any benchmark: no breaker recovers.
pub(super) const HOUR: Duration = Duration::from_hours(1);

/// Up to two more attempts without a delay: tower has no delays between attempts.
#[derive(Clone)]
pub(super) struct TwoMore(u32);

impl TwoMore {
    pub(super) const fn new() -> Self {
        Self(2)
    }
}

impl<T, E> Policy<u64, T, E> for TwoMore {
    type Future = Ready<()>;

    fn retry(&mut self, _: &mut u64, result: &mut Result<T, E>) -> Option<Ready<()>> {
        if result.is_ok() || self.0 == 0 {
            return None;
        }
        self.0 -= 1;
        Some(ready(()))
    }

    fn clone_request(&mut self, id: &u64) -> Option<u64> {
        Some(*id)
    }
}

pub(super) type Seatbelt = seatbelt::ResilienceContext<u64, Answer>;

/// A task in this runtime drives seatbelt's timers.
pub(super) fn seatbelt_home() -> &'static Runtime {
    static HOME: OnceLock<Runtime> = OnceLock::new();
    HOME.get_or_init(runtime)
}

pub(super) fn seatbelt() -> Seatbelt {
    static CLOCK: OnceLock<tick::Clock> = OnceLock::new();
    let clock = CLOCK.get_or_init(|| {
        let _entered = seatbelt_home().enter();
        tick::Clock::new_tokio()
    });
    Seatbelt::new(clock)
}

pub(super) fn recovery(answer: &Answer) -> RecoveryInfo {
    if answer.is_ok() { RecoveryInfo::never() } else { RecoveryInfo::retry() }
}

/// tower's retry, timeout and limit of calls in flight around a body.
pub(super) fn tower_stack<F>(slots: usize, body: fn(u64) -> F) -> Contender
where
    F: Future<Output = Answer> + Send + 'static,
{
    let retry = tower::retry::RetryLayer::new(TwoMore::new());
    let service = ServiceBuilder::new().layer(retry).timeout(LIMIT).concurrency_limit(slots).service(service_fn(body));
    Contender::service("tower: retry, timeout, limit", Peer, service)
}
