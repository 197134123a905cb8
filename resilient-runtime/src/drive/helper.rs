//! Helper threads for sync calls with a time limit: bounded, reused, and free of allocations once warm.
//!
//! A job and the place for its result live in a [`Task`]. Tasks are kept for reuse by the type of their job, so that a
//! function that is called again finds one that fits.

use std::any::{Any, TypeId};
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::drive::deadline::with_deadline;

/// More jobs than this at a time wait for one to end.
const MAX_THREADS: usize = 256;

/// A thread without work for so long ends.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Runs `job` on a helper thread. `None` if it had not ended by `deadline`; if it had not begun, it never will.
pub(crate) fn run_until<T, F>(deadline: Instant, job: F) -> Option<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let earliest = crate::deadline().map_or(deadline, |outer| outer.min(deadline));
    let task = POOL.idle_task(move || Timed { job, deadline: earliest });
    POOL.submit(Arc::clone(&task) as Arc<dyn Run>);
    match task.wait_until(deadline)? {
        Ok(value) => {
            POOL.keep(task);
            Some(value)
        }
        Err(panic) => resume_unwind(panic),
    }
}

/// A job that can see its deadline.
struct Timed<F> {
    job: F,
    deadline: Instant,
}

impl<F: FnOnce() -> T, T> Timed<F> {
    fn run(self) -> T {
        with_deadline(self.deadline, self.job)
    }
}

struct Task<F, T> {
    state: Mutex<State<F, T>>,
    ended: Condvar,
}

enum State<F, T> {
    Ready(Timed<F>),
    Running,
    Ended(thread::Result<T>),
    /// Nobody waits for it: it has been taken back, or its result has been taken.
    Idle,
}

impl<F, T> Task<F, T> {
    fn state(&self) -> MutexGuard<'_, State<F, T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_until(&self, deadline: Instant) -> Option<thread::Result<T>> {
        let mut state = self.state();
        loop {
            if matches!(*state, State::Ended(_)) {
                break;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.ended.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        match std::mem::replace(&mut *state, State::Idle) {
            State::Ended(result) => Some(result),
            abandoned => {
                // A job that never began holds the caller's values: drop them without the lock.
                drop(state);
                drop(abandoned);
                None
            }
        }
    }
}

trait Run: Send + Sync {
    fn run(&self);
}

impl<F, T> Run for Task<F, T>
where
    T: Send,
    F: FnOnce() -> T + Send,
{
    fn run(&self) {
        let mut state = self.state();
        let job = match std::mem::replace(&mut *state, State::Idle) {
            State::Ready(job) => job,
            other => {
                *state = other;
                return;
            }
        };
        *state = State::Running;
        drop(state);
        let result = catch_unwind(AssertUnwindSafe(|| job.run()));
        let mut state = self.state();
        if matches!(*state, State::Running) {
            *state = State::Ended(result);
            self.ended.notify_one();
            return;
        }
        drop(state);
        // Unseen by anybody; and a value whose drop panics must not take the thread with it.
        drop(catch_unwind(AssertUnwindSafe(|| drop(result))));
    }
}

static POOL: Pool = Pool {
    queue: Mutex::new(Queue { tasks: VecDeque::new(), idle: 0, threads: 0 }),
    work: Condvar::new(),
    spare: Mutex::new(None),
};

struct Pool {
    queue: Mutex<Queue>,
    work: Condvar,
    spare: Mutex<Option<Spare>>,
}

/// Tasks without a job, by the type of the job that fits.
type Spare = HashMap<TypeId, Vec<Arc<dyn Any + Send + Sync>>>;

struct Queue {
    tasks: VecDeque<Arc<dyn Run>>,
    idle: usize,
    threads: usize,
}

impl Pool {
    fn idle_task<T, F>(&self, job: impl FnOnce() -> Timed<F>) -> Arc<Task<F, T>>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let spare = self.spare().get_or_insert_default().get_mut(&TypeId::of::<Task<F, T>>()).and_then(Vec::pop);
        match spare.and_then(|task| task.downcast::<Task<F, T>>().ok()) {
            Some(task) => {
                *task.state() = State::Ready(job());
                task
            }
            None => Arc::new(Task { state: Mutex::new(State::Ready(job())), ended: Condvar::new() }),
        }
    }

    fn keep<T, F>(&self, task: Arc<Task<F, T>>)
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.spare().get_or_insert_default().entry(TypeId::of::<Task<F, T>>()).or_default().push(task);
    }

    fn spare(&self) -> MutexGuard<'_, Option<Spare>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn submit(&'static self, task: Arc<dyn Run>) {
        let mut queue = self.queue();
        queue.tasks.push_back(task);
        if queue.idle >= queue.tasks.len() {
            self.work.notify_one();
        } else if queue.threads < MAX_THREADS {
            queue.threads += 1;
            drop(queue);
            self.spawn();
        }
    }

    /// Where the system gives no thread, the task waits for one of the others.
    fn spawn(&'static self) {
        let spawned = thread::Builder::new().name("resilient-helper".into()).spawn(|| self.work());
        if spawned.is_err() {
            self.queue().threads -= 1;
        }
    }

    fn work(&self) {
        while let Some(task) = self.next_task() {
            task.run();
        }
    }

    /// `None` ends the thread.
    fn next_task(&self) -> Option<Arc<dyn Run>> {
        let mut queue = self.queue();
        loop {
            if let Some(task) = queue.tasks.pop_front() {
                return Some(task);
            }
            queue.idle += 1;
            let (woken, waited) = self.work.wait_timeout(queue, KEEP_ALIVE).unwrap_or_else(PoisonError::into_inner);
            queue = woken;
            queue.idle -= 1;
            if waited.timed_out() && queue.tasks.is_empty() {
                queue.threads -= 1;
                return None;
            }
        }
    }
}
