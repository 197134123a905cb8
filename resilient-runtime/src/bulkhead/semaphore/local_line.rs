//! Which line a thread uses.

use std::cell::Cell;

use crate::core::sync::plain_thread_local;
use crate::core::thread_number;

plain_thread_local! {
    /// The low bits select a line, however many are open.
    static CHOICE: Cell<usize> = Cell::new(UNCHOSEN);
}

/// A thread that never met another one on a line: it needs no number.
const UNCHOSEN: usize = usize::MAX;

/// A number whose low bits select the current thread's line.
#[inline]
pub(super) fn choice() -> usize {
    CHOICE.with(Cell::get)
}

/// The current thread met another one on its line. It goes to the line of its number, and if it meets another one there
/// as well, to the next of a sequence that visits each line, whatever power of two they are.
#[cold]
#[inline(never)]
pub(super) fn choose_another() {
    let next = match choice() {
        UNCHOSEN => thread_number::local(),
        choice => choice.wrapping_mul(5).wrapping_add(1),
    };
    choose(next);
}

fn choose(choice: usize) {
    CHOICE.with(|local| local.set(choice));
}

/// Makes the current thread use this line.
#[cfg(test)]
pub(super) fn pretend(line: usize) {
    choose(line);
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_thread_that_meets_others_visits_every_line() {
        for lines in [2_usize, 4, 16, 128] {
            pretend(3);
            let visited: HashSet<usize> = (0..lines)
                .map(|_| {
                    choose_another();
                    choice() & (lines - 1)
                })
                .collect();
            assert_eq!(visited.len(), lines);
        }
    }

    #[test]
    fn the_first_other_line_is_that_of_the_threads_number() {
        const THREADS: usize = 3;
        let all_live = std::sync::Barrier::new(THREADS);
        let choose = || {
            choose_another();
            all_live.wait();
            assert_eq!(choice(), thread_number::local());
            choice()
        };
        let choices: HashSet<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(choose)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(choices.len(), THREADS);
    }
}
