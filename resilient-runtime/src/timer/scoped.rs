//! A sleep by the clock of a test's scope, which others may move while it sleeps.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::time::sleep_until;

use crate::core::check::nanos;
use crate::core::clock;
use crate::core::scope::clock::{FutureWait, LOOK_EVERY};
use crate::core::scope::{self, Scope};
use crate::timer::sleep::TimerSleep;

/// A sleep by the clock of a scope.
pub(crate) struct ScopedSleep {
    scope: Arc<Scope>,
    until: u64,
    /// The end by the clock below the scope's, as long as that one is not moved.
    alarm: Option<Alarm>,
    /// Only of a clock that stands still.
    wait: Option<FutureWait>,
    /// Whether others have had a while to go on, so that this may move such a clock.
    is_idle: bool,
}

struct Alarm {
    /// How far the scope's clock was ahead when it was set.
    ahead: u64,
    sleep: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
}

impl ScopedSleep {
    /// Until this moment by the clock of the current scope, if there is one.
    pub(super) fn at(until: u64) -> Option<Self> {
        let scope = scope::current()?;
        let wait = scope.clock().stands_still().then(|| scope.clock().block_future(until));
        Some(Self { scope, until, alarm: None, wait, is_idle: false })
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let scope = Arc::clone(&self.scope);
        let clock = scope.clock();
        loop {
            // Before the clock is read, so that no move is missed.
            clock.wake_when_moved(context.waker());
            if self.until <= clock.nanos() || self.moves_clock() {
                return Poll::Ready(());
            }
            let ahead = clock.ahead();
            let known = self.alarm.take().filter(|alarm| alarm.ahead == ahead);
            let alarm = self.alarm.insert(known.unwrap_or_else(|| Alarm { ahead, sleep: self.alarm_at(ahead) }));
            ready!(alarm.sleep.as_mut().poll(context));
            self.alarm = None;
            self.is_idle = true;
        }
    }

    /// Whether it has moved a clock that stands still to its end.
    fn moves_clock(&mut self) -> bool {
        let may_move = std::mem::take(&mut self.is_idle) && self.wait.is_some();
        may_move && self.scope.clock().is_over(self.until)
    }

    fn alarm_at(&self, ahead: u64) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        let clock = self.scope.clock();
        if clock.stands_still() {
            return Box::pin(TimerSleep::in_real_time(clock::real_nanos().saturating_add(nanos(LOOK_EVERY))));
        }
        if clock::stands_still() {
            return Box::pin(tokio::task::coop::unconstrained(sleep_until(clock::instant(
                self.until.saturating_sub(ahead),
            ))));
        }
        let left = self.until.saturating_sub(clock.nanos());
        Box::pin(TimerSleep::in_real_time(clock::real_nanos().saturating_add(left)))
    }
}

impl Drop for ScopedSleep {
    fn drop(&mut self) {
        if let Some(wait) = &self.wait {
            self.scope.clock().end(wait);
        }
    }
}
