//! A bulkhead all of whose threads a test has taken.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;
use crate::thread_pool::Submitted;

type Job = Box<dyn FnOnce() + Send>;

/// Its drop ends the jobs, and waits until the threads are free.
pub(crate) struct Filled {
    /// Each job waits for the end of one of these.
    ends: Vec<Sender<()>>,
    jobs: Vec<Submitted<'static, (), Job>>,
}

impl ThreadBulkhead {
    /// Takes all threads that are free.
    pub(crate) fn fill(&'static self) -> Filled {
        let (ends, ended): (Vec<_>, Vec<_>) = (self.busy()..self.policy().most_running()).map(|_| channel()).unzip();
        // On a thread outside of all scopes, so that no clock waits for these jobs.
        let submit = move || ended.into_iter().filter_map(|ended| self.pool.submit(job(ended))).collect();
        let jobs = thread::spawn(submit).join().unwrap_or_default();
        Filled { ends, jobs }
    }
}

/// It has nothing to receive: that nobody will send anything is what it waits for.
fn job(ended: Receiver<()>) -> Job {
    Box::new(move || _ = ended.recv())
}

impl Drop for Filled {
    fn drop(&mut self) {
        self.ends.clear();
        let jobs = std::mem::take(&mut self.jobs);
        // Outside of all scopes as well: they end in real time.
        let wait = || jobs.into_iter().for_each(|job| _ = job.wait_until(None, None));
        thread::scope(|threads| _ = threads.spawn(wait).join());
    }
}
