//! A fair counting semaphore whose threads need not write to a word in common while many slots are free.
//!
//! Each slot is in one place: free in the *pool*, free on a *line*, or taken by a call.
//!
//! - The pool is one word, with the number of waiting calls beside the free slots.
//! - While many slots are free, lines are *open*: each thread keeps the slots that it gives back on its line, as long as
//!   there is room on it, and takes them from there. Each core has a line's worth of room, so that threads which run at
//!   the same time change different words.
//! - Whoever finds the pool empty while lines are open *closes* them, under the lock of the queue: all slots that are
//!   free on lines are moved to the pool. Only then is a call refused, or queued.
//!
//! Four rules follow, which the tests hold:
//!
//! 1. A slot is free once and taken once: each move is one change of one word, or is made under the lock.
//! 2. No call waits while lines are open, so no slot that is given back passes those that wait.
//! 3. No call waits while a slot is free: whoever adds slots under the lock gives them to those that wait in the same
//!    change of the word.
//! 4. No call is refused while a slot is free, unless others wait for it: the word that says that the pool is empty also
//!    says that no line is open.
//!
//! Lines are worth their memory for a limit of at least
//! [`MIN_LIMIT_WITH_LINES`](crate::core::sync::MIN_LIMIT_WITH_LINES) on more than one core. Without them it is a
//! semaphore of one word.

#[cfg(test)]
mod inspection;
mod line_word;
mod lines;
mod local_line;
#[cfg(all(test, resilient_loom))]
mod loom_tests;
mod pool_word;
#[expect(clippy::module_inception, reason = "the file of the type that gives the folder its name")]
mod semaphore;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
mod waiting;

pub(super) use semaphore::{EnterOutcome, Origin, Semaphore};
pub(super) use waiting::Waiting;
