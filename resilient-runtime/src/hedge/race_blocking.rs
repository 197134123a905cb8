//! The attempts of one sync call, each on a helper thread, and the caller that waits for the first answer.
//!
//! ```ignore
//! let mut race = BlockingRace::new(Terms::of(Some(hedge)), false);
//! loop {
//!     let job = race.carry().around(move || BODY);
//!     race.launch(job);
//!     if let Some(outcome) = race.next(|_| true) {
//!         break outcome;
//!     }
//! }
//! ```

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Instant;

use crate::core::attempt::Attempt;
use crate::core::clock;
use crate::core::error::{Failure, Refusal};
use crate::core::name::Name;
use crate::core::span::HedgeSpan;
use crate::core::waiting::Caller;
use crate::deadline::current::{SyncLimit, earliest_in_real_time};
use crate::deadline::open_calls::{self, Branch, OpenCalls};
use crate::hedge::course::{Course, Step, Terms};
use crate::hedge::event::HedgeEvent;
use crate::hedge::signal::{Ends, ToRun};
use crate::thread_pool::{HELPERS, RETRY_START, Submitted, Waited};

/// The attempts of one sync call. Dropped, it takes out of the queue those that have not begun; the others run on unseen.
#[derive(Debug)]
pub struct BlockingRace<'a, X, S> {
    course: Course<'a, X>,
    /// The first attempt, if it has not ended. In place, so that a call which needs no hedge allocates nothing.
    first: Option<Launched<S>>,
    /// The others that have not ended.
    hedges: Vec<Launched<S>>,
    /// The lists of admitted calls of the attempt that is launched next.
    branch: Option<Branch>,
    /// When the next attempt is due.
    due: Option<Instant>,
    /// Dropped after the attempts, which refer to it.
    ends: Ends,
    _caller: Caller,
}

#[derive(Debug)]
struct Launched<S> {
    number: u32,
    job: S,
    branch: Option<Branch>,
}

impl<'a, X, S> BlockingRace<'a, X, S> {
    /// A call without attempts so far. `timed` if something asks for the time of an attempt.
    pub fn new(terms: Terms<'a>, timed: bool) -> Self {
        Self {
            course: Course::new(terms, timed),
            first: None,
            hedges: Vec::new(),
            branch: None,
            due: None,
            ends: Ends::new(),
            _caller: Caller::begins(),
        }
    }

    /// The attempt that is launched next is the last: there is nothing left to make another with.
    pub fn ends_after_next(&mut self) {
        self.course.ends_after_next();
    }

    /// The attempt that is launched next. Its time is known only if attempts are timed.
    pub fn attempt(&self) -> Attempt {
        self.course.attempt()
    }

    /// Calls an observer with the attempt that is launched next.
    pub fn observe(&self, name: Name, observer: impl FnOnce(&HedgeEvent<'_>)) {
        self.course.observe(name, observer);
    }

    /// The name of the hedge.
    pub fn name(&self) -> Option<Name> {
        self.course.name()
    }

    /// How many attempts have started.
    pub const fn launched(&self) -> u32 {
        self.course.launched()
    }

    /// What the attempt that is launched next takes with it to its thread.
    pub fn carry(&mut self) -> Carry {
        self.branch = open_calls::branch();
        Carry {
            running: self.ends.running(self.course.launched()),
            span: self.course.span(self.course.launched()),
            limit: earliest_in_real_time(),
            calls: self.branch.as_ref().map(Branch::calls),
        }
    }
}

/// What an attempt takes with it to its thread. Not generic, so that the attempts of one place of the code are of one
/// type.
#[derive(Debug)]
pub struct Carry {
    /// How the caller learns that it has ended.
    running: ToRun,
    span: HedgeSpan,
    /// The deadline of the caller.
    limit: Option<SyncLimit>,
    /// The calls that are reported if a timeout above leaves them.
    calls: Option<Arc<OpenCalls>>,
}

impl Carry {
    /// The attempt with these.
    pub fn around<O, J: FnOnce() -> O + Send + 'static>(
        self,
        job: J,
    ) -> impl FnOnce() -> O + Send + 'static + use<O, J> {
        move || {
            let Self { running, span, limit, calls } = self;
            let _running = running.begins();
            let _span = span.entered();
            let job = || match limit {
                Some(limit) => limit.run(job),
                None => job(),
            };
            match calls {
                Some(calls) => open_calls::with(calls, job),
                None => job(),
            }
        }
    }
}

impl<O, X, J> BlockingRace<'_, X, Submitted<'static, O, J>>
where
    O: Send + 'static,
    J: FnOnce() -> O + Send + 'static,
{
    /// Starts an attempt, which takes with it what [`carry`](Self::carry) gave.
    pub fn launch(&mut self, job: J) {
        let number = self.course.launch();
        let Some(job) = HELPERS.submit(job) else { unreachable!("the queue of the helper threads has no bound") };
        let launched = Launched { number, job, branch: self.branch.take() };
        match number {
            0 => self.first = Some(launched),
            _ => self.hedges.push(launched),
        }
        self.due = self.course.due().and_then(|delay| clock::thread_now().checked_add(delay));
    }

    /// Blocks this thread until an attempt has ended, and takes it out; `None` if another is due first.
    fn ended(&mut self) -> Option<(u32, O)> {
        let number = self.wait()?;
        let is_it = |attempt: &Launched<_>| attempt.number == number;
        let index = || self.hedges.iter().position(is_it);
        let ended = match number {
            0 => self.first.take(),
            _ => index().map(|index| self.hedges.remove(index)),
        };
        let Launched { job, branch, .. } = ended?;
        let Waited::Ended(outcome) = job.wait_until(None, None) else { unreachable!("it has signalled its end") };
        if let Some(branch) = branch {
            branch.close();
        }
        Some((number, outcome.unwrap_or_else(|panic| resume_unwind(panic))))
    }

    fn wait(&self) -> Option<u32> {
        let mut pause = Some(RETRY_START);
        loop {
            if let Some(number) = self.ends.wait_until(self.due, pause) {
                return Some(number);
            }
            if self.due.is_some_and(|due| due <= clock::thread_now()) {
                return None;
            }
            let mut attempts = self.first.iter().chain(&self.hedges);
            let waiting = attempts.find(|attempt| !attempt.job.has_begun());
            if let Some(attempt) = waiting {
                attempt.job.provide_threads();
            }
            pause = pause.filter(|_| waiting.is_some()).map(|pause| pause.saturating_mul(2));
        }
    }
}

impl<T, E, R, J> BlockingRace<'_, Failure<E, R>, Submitted<'static, Result<T, Failure<E, R>>, J>>
where
    T: Send + 'static,
    E: Send + 'static,
    R: Refusal + Send + 'static,
    J: FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
{
    /// Waits for the answer; `None` if another attempt is to be launched. When the answer is there, no attempt begins any
    /// more.
    ///
    /// # Panics
    ///
    /// With the panic of an attempt that ended in one.
    pub fn next(&mut self, is_worth_it: impl Fn(&E) -> bool) -> Option<Result<T, Failure<E, R>>> {
        loop {
            let step = match self.ended() {
                Some((attempt, outcome)) => self.course.ended(attempt, outcome, &is_worth_it),
                None => self.is_due(),
            };
            match step {
                Step::Answer(outcome) => {
                    self.first = None;
                    self.hedges.clear();
                    return Some(outcome);
                }
                Step::Launch => return None,
                Step::Wait => {}
            }
        }
    }

    fn is_due(&mut self) -> Step<T, Failure<E, R>> {
        self.due = None;
        if self.course.is_due(self.first.is_some()) { Step::Launch } else { self.course.without_another() }
    }
}
