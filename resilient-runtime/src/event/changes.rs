//! Delivery of changes of state: each once, those of one subject in their order and to one listener at a time, without a
//! lock while a listener runs.
//!
//! Changes are queued under the lock of the subject, which orders them. Whoever has changed something then delivers what
//! is queued for the subject, unless somebody already does: that one delivers it too.

use std::collections::VecDeque;

use crate::core::sync::{Mutex, MutexGuard, PoisonError};

/// The changes that are to be delivered, with an identity of their subject.
#[derive(Debug)]
pub(crate) struct Changes<T>(Mutex<State<T>>);

#[derive(Debug)]
struct State<T> {
    queued: VecDeque<(usize, T)>,
    /// The subjects whose changes somebody delivers.
    delivered: Vec<usize>,
}

impl<T> State<T> {
    /// The next change of a subject. Without one its delivery ends.
    fn next(&mut self, subject: usize) -> Option<T> {
        let next = self.queued.iter().position(|(of, _)| *of == subject).and_then(|at| self.queued.remove(at));
        if next.is_none() {
            self.delivered.retain(|other| *other != subject);
        }
        next.map(|(_, change)| change)
    }
}

impl<T> Changes<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State { queued: VecDeque::new(), delivered: Vec::new() }))
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a change. The caller holds the lock of the subject, and calls [`deliver`](Self::deliver) once it has released
    /// it.
    pub(crate) fn push(&self, subject: usize, change: T) {
        self.state().queued.push_back((subject, change));
    }

    /// Calls `hear` with each change of the subject that is queued, unless somebody already delivers them. It must not
    /// panic.
    pub(crate) fn deliver(&self, subject: usize, hear: impl Fn(T)) {
        let mut state = self.state();
        if state.delivered.contains(&subject) {
            return;
        }
        state.delivered.push(subject);
        while let Some(change) = state.next(subject) {
            drop(state);
            hear(change);
            state = self.state();
        }
    }
}

#[cfg(all(test, resilient_loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;
    use crate::core::loom_model::model;

    /// Numbers changes under its lock, as a breaker does.
    struct Subject {
        last: Mutex<u32>,
        changes: Changes<u32>,
        heard: Mutex<Vec<u32>>,
        is_heard: loom::sync::atomic::AtomicBool,
    }

    impl Subject {
        fn change(&self) {
            let mut last = self.last.lock().unwrap();
            *last += 1;
            self.changes.push(7, *last);
            drop(last);
            self.changes.deliver(7, |change| {
                let ordering = loom::sync::atomic::Ordering::Relaxed;
                assert!(!self.is_heard.swap(true, ordering), "one listener at a time");
                self.heard.lock().unwrap().push(change);
                self.is_heard.store(false, ordering);
            });
        }
    }

    #[test]
    fn changes_of_several_threads_are_delivered_once_and_in_order() {
        model(|| {
            let subject = Arc::new(Subject {
                last: Mutex::new(0),
                changes: Changes::new(),
                heard: Mutex::new(Vec::new()),
                is_heard: loom::sync::atomic::AtomicBool::new(false),
            });
            let others: Vec<_> = (0..2)
                .map(|_| {
                    let subject = Arc::clone(&subject);
                    thread::spawn(move || subject.change())
                })
                .collect();
            subject.change();
            others.into_iter().for_each(|other| other.join().unwrap());
            assert_eq!(*subject.heard.lock().unwrap(), [1, 2, 3]);
        });
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_a_listener_causes_comes_after_the_one_it_hears_of() {
        let changes = Changes::new();
        let heard = Mutex::new(Vec::new());
        changes.push(1, 1);
        changes.push(2, 100);
        changes.deliver(1, |change| {
            if change < 3 {
                changes.push(1, change + 1);
                changes.deliver(1, |_| unreachable!("somebody delivers already"));
            }
            heard.lock().unwrap().push(change);
        });
        assert_eq!(*heard.lock().unwrap(), [1, 2, 3]);
        changes.deliver(2, |change| heard.lock().unwrap().push(change));
        assert_eq!(*heard.lock().unwrap(), [1, 2, 3, 100]);
    }
}
