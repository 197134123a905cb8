//! Running a body on a thread of the bulkhead, and waiting for it.

use std::time::Instant;

use crate::core::clock::{self, Stopwatch};
use crate::core::error::{Error, Failure, Refusal};
use crate::core::name::Name;
use crate::core::waiting::Caller;
use crate::deadline::apart::{Apart, Awaits, MayBeRefused};
use crate::deadline::current::{self as deadline, SyncLimit};
use crate::deadline::open_calls::ended;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::{is_wanted, report};
use crate::event::refusal_events::BulkheadWaited;
use crate::thread_bulkhead::awaiting::{Awaited, Awaiting, keep_paused_time};
use crate::thread_bulkhead::thread_bulkhead::{Call, ThreadBulkhead};
use crate::thread_pool::{Waited, has_waited};

impl ThreadBulkhead {
    /// Runs a body on a thread within a pipeline, and blocks this thread until it has ended, or until the deadline.
    pub(crate) fn guard_blocking<T, E, R>(
        &self,
        body: impl FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
    ) -> Result<T, Failure<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        R: Refusal + Send + 'static,
    {
        self.block_on_body(body)?.map_err(Failure::widen)
    }

    fn block_on_body<T: MayBeRefused + Send + 'static>(
        &self,
        body: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let limit = deadline::earliest_in_real_time();
        if let Some(limit) = limit.filter(SyncLimit::is_over) {
            return ended(limit.ends_call());
        }
        let call = Call::submitted(self);
        if self.pool.is_within() {
            return Ok(call.in_place(body));
        }
        let body = reports_its_wait(self.name(), body);
        let Some(limit) = limit else {
            let ended = self.block_until(None, call, || Some(body()))?;
            return Ok(ended.expect("without a deadline it has ended"));
        };
        let apart = Apart::in_a_queue(limit);
        let job = apart.job(body);
        apart.wait(|| self.block_until(Some(limit.at), call, job))
    }

    /// Runs a job, which gives `None` if it begins after the deadline; so does this if it has not ended by then.
    fn block_until<T: Send + 'static>(
        &self,
        deadline: Option<Instant>,
        call: Call<'_>,
        job: impl FnOnce() -> Option<T> + Send + 'static,
    ) -> Result<Option<T>, Error> {
        let _caller = Caller::begins();
        let Some(submitted) = self.pool.submit(job) else { return Err(call.refused()) };
        let longest = self.longest_wait().filter(|_| submitted.had_to_wait());
        let begin_by = longest.and_then(|longest| clock::thread_now().checked_add(longest));
        match submitted.wait_until(deadline, begin_by) {
            Waited::Ended(result) => Ok(call.ended(result)),
            Waited::NotBegun if deadline.is_none_or(|deadline| clock::thread_now() < deadline) => {
                Err(call.waited_too_long())
            }
            Waited::Runs | Waited::NotBegun => Ok(None),
        }
    }

    /// Runs a body on a thread within a pipeline, and awaits its end. Dropped, it takes the body out of the queue if it
    /// has not begun.
    pub(crate) async fn guard<T, E, R>(
        &self,
        body: impl FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
    ) -> Result<T, Failure<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        R: Refusal + Send + 'static,
    {
        self.await_body(body).await?.map_err(Failure::widen)
    }

    async fn await_body<T: MayBeRefused + Send + 'static>(
        &self,
        body: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        if let Some(above) = deadline::refused_too_late() {
            return ended(above);
        }
        let call = Call::submitted(self);
        if self.pool.is_within() {
            return Ok(call.in_place(body));
        }
        let body = reports_its_wait(self.name(), body);
        let Some(limit) = deadline::earliest_in_real_time() else {
            let ended = self.await_until(None, call, || Some(body())).await?;
            return Ok(ended.expect("without a deadline it has ended"));
        };
        // A timeout drops this future at its deadline. With one that nothing enforces the wait ends here.
        let until = deadline::unenforced().map(|above| above.deadline.on_clock());
        let apart = Apart::in_a_queue(limit);
        let ended = {
            let _awaits = Awaits(&apart);
            self.await_until(until, call, apart.job(body)).await
        };
        apart.waited(ended)
    }

    /// The same until a moment on the clock's fine scale.
    async fn await_until<T: Send + 'static>(
        &self,
        until: Option<u64>,
        call: Call<'_>,
        job: impl FnOnce() -> Option<T> + Send + 'static,
    ) -> Result<Option<T>, Error> {
        let _paused_time = keep_paused_time();
        let Some(submitted) = self.pool.submit(job) else { return Err(call.refused()) };
        match Awaiting::new(submitted, self.longest_wait(), until).await {
            Awaited::Ended(result) => Ok(call.ended(result)),
            Awaited::NotBegun => Err(call.waited_too_long()),
            Awaited::TooLate => Ok(None),
        }
    }
}

/// A body that notifies listeners when it begins after it had to wait for a thread.
fn reports_its_wait<T, F: FnOnce() -> T>(name: Name, body: F) -> impl FnOnce() -> T + use<T, F> {
    let since = if is_wanted(Kinds::WAITS) { Stopwatch::start() } else { Stopwatch::default() };
    move || {
        if since.is_running() && has_waited() {
            let waited = since.elapsed();
            report(Kinds::WAITS, || Event::BulkheadWaited(BulkheadWaited { name, waited }));
        }
        body()
    }
}
