//! The end of all bulkheads of the program.

use std::ops::Deref;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::core::clock;
use crate::core::drained::{Calls, Drained, Drains};
use crate::core::shared_state::SharedState;
use crate::registry::observed::{Observed, observed};
use crate::registry::registry::Registry;
use crate::timer::sleep::within;

/// Set before the bulkheads are listed that there are. Relaxed, because the locks of the lists order it: what is made
/// later is listed first and then looks at this.
static HAS_BEGUN: AtomicBool = AtomicBool::new(false);

/// The flag of the process, or of the scope of a test.
fn has_begun() -> &'static AtomicBool {
    #[cfg(feature = "testing")]
    if let Some(scope) = crate::core::scope::current() {
        return scope.keep(0, || Box::leak(Box::new(AtomicBool::new(false))));
    }
    &HAS_BEGUN
}

/// Closes state that has just been made and listed, if a shutdown has begun.
pub(super) fn close_if_begun(made: &impl SharedState) {
    if has_begun().load(Ordering::Relaxed) {
        made.close();
    }
}

/// A bulkhead of the program.
enum Listed {
    Shared(&'static dyn Drains),
    Value(Arc<dyn Drains>),
}

impl Deref for Listed {
    type Target = dyn Drains;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Shared(shared) => *shared,
            Self::Value(value) => &**value,
        }
    }
}

fn of_value(value: &Observed) -> Option<Listed> {
    let threads = || value.thread_bulkhead().map(|it| it as Arc<dyn Drains>);
    value.bulkhead().map(|it| it as Arc<dyn Drains>).or_else(threads).map(Listed::Value)
}

impl Registry {
    /// Shuts every bulkhead down, also those with threads of their own: admits no further call, and blocks this thread
    /// until the calls in flight, sync and async ones, have ended, at most for `wait` in all. What is left then goes on.
    ///
    /// Every bulkhead is: each that has a name, each that belongs to one function, also those of which there is one for each
    /// key, and each value that is `observed`, as
    /// by [`Bulkhead::observed`](crate::Bulkhead::observed). One that is made later admits no call either.
    ///
    /// From then on each call is refused as after [`Bulkhead::shutdown`](crate::Bulkhead::shutdown).
    ///
    /// ```standalone_crate
    /// # use resilient_runtime as resilient;
    /// use resilient::{ThreadBulkheadPolicy, registry};
    /// use std::time::Duration;
    ///
    /// let images = registry().thread_bulkhead_or_insert("images", ThreadBulkheadPolicy::new(4));
    /// let drained = registry().shutdown_all(Duration::from_secs(5));
    /// assert_eq!(drained.left, 0);
    /// assert_eq!(images.available_capacity(), 0);
    /// ```
    pub fn shutdown_all(&self, wait: Duration) -> Drained {
        let until = clock::thread_now().checked_add(wait);
        let closed = self.close_all();
        for (bulkhead, _) in &closed {
            bulkhead.wait_until(until);
        }
        drained(&closed)
    }

    /// As [`shutdown_all`](Self::shutdown_all), without blocking the thread.
    ///
    /// Cancellation: dropped, it waits no longer; what was shut down stays so.
    pub async fn shutdown_all_async(&self, wait: Duration) -> Drained {
        let closed = self.close_all();
        let all = async {
            for (bulkhead, _) in &closed {
                bulkhead.wait().await;
            }
        };
        within(wait, pin!(all)).await;
        drained(&closed)
    }

    fn close_all(&self) -> Vec<(Listed, Calls)> {
        has_begun().store(true, Ordering::Relaxed);
        let slots = self.bulkheads.all_and_own().into_iter().map(|it| Listed::Shared(it));
        let threads = self.thread_bulkheads.all_and_own().into_iter().map(|it| Listed::Shared(it));
        let by_key = self.keyed_bulkheads.all_and_own().into_iter().map(|it| Listed::Shared(it));
        let values = observed();
        let all = slots.chain(threads).chain(by_key).chain(values.iter().filter_map(of_value));
        all.map(|bulkhead| {
            let before = bulkhead.close();
            (bulkhead, before)
        })
        .collect()
    }
}

fn drained(closed: &[(Listed, Calls)]) -> Drained {
    let each = closed.iter().map(|(bulkhead, before)| bulkhead.drained_since(*before));
    each.fold(Drained::default(), Drained::and)
}
