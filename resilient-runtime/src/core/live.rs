//! Settings that may be replaced while calls read them. Who reads takes no lock.
//!
//! Without the feature `config` they are those that were made first, and reading them is reading a field.

#[cfg(feature = "config")]
use crate::core::numbered::Numbered;
#[cfg(feature = "config")]
use crate::core::sync::{AtomicU32, OnceLock, Ordering};

/// Settings in force.
#[derive(Debug)]
pub(crate) struct Live<T: 'static> {
    first: T,
    /// Made with the first change. What was in force once is never freed, because a call may still read it; equal
    /// settings are one, so that changes back and forth take no memory.
    #[cfg(feature = "config")]
    later: OnceLock<Box<Later<T>>>,
}

#[cfg(feature = "config")]
#[derive(Debug)]
struct Later<T: 'static> {
    /// The number of what is in force, or 0 for the first. Release in `replace` pairs with Acquire in `get`: who reads a
    /// number finds the value that was added before.
    number: AtomicU32,
    values: Numbered<T>,
}

impl<T> Live<T> {
    pub(crate) fn new(first: T) -> Self {
        Self {
            first,
            #[cfg(feature = "config")]
            later: OnceLock::new(),
        }
    }

    /// What was in force first.
    #[inline]
    pub(crate) const fn first(&self) -> &T {
        &self.first
    }

    /// What is in force.
    #[cfg(not(feature = "config"))]
    #[inline]
    pub(crate) const fn get(&self) -> &T {
        &self.first
    }

    /// What is in force.
    #[cfg(feature = "config")]
    #[inline]
    pub(crate) fn get(&self) -> &T {
        match self.later.get() {
            None => &self.first,
            Some(later) => self.later(later),
        }
    }

    /// Not inlined, so that calls by the first settings take a load and a branch, and callers stay small enough to be inlined.
    #[cfg(feature = "config")]
    #[cold]
    #[inline(never)]
    fn later<'a>(&'a self, later: &'a Later<T>) -> &'a T {
        later.values.get(later.number.load(Ordering::Acquire)).unwrap_or(&self.first)
    }

    /// The number of what is in force: 0 for the first, and the same for settings that come back.
    #[cfg(feature = "config")]
    pub(crate) fn number(&self) -> u32 {
        self.later.get().map_or(0, |later| later.number.load(Ordering::Acquire))
    }

    /// The settings of a number.
    #[cfg(feature = "config")]
    pub(crate) fn of_number(&self, number: u32) -> Option<&T> {
        if number == 0 { Some(&self.first) } else { self.later.get()?.values.get(number) }
    }

    /// Without the feature `config` there are only the first.
    #[cfg(not(feature = "config"))]
    pub(crate) const fn of_number(&self, _: u32) -> Option<&T> {
        Some(&self.first)
    }

    /// Puts the first settings into force that `is_it`, or new ones. If there have been more than a million, those in
    /// force stay. Only one thread may do so at a time.
    #[cfg(feature = "config")]
    pub(crate) fn replace(&self, is_it: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> &T {
        if self.later.get().is_none() && is_it(&self.first) {
            return &self.first;
        }
        let later = self.later.get_or_init(|| Box::new(Later { number: AtomicU32::new(0), values: Numbered::new() }));
        let number = if is_it(&self.first) { Some(0) } else { later.values.find_or_add(is_it, make) };
        if let Some(number) = number {
            later.number.store(number, Ordering::Release);
        }
        self.get()
    }

    /// The first settings that were ever in force and that `is_it`.
    #[cfg(feature = "config")]
    pub(crate) fn find(&self, is_it: impl Fn(&T) -> bool) -> Option<&T> {
        let later = self.later.get().into_iter().flat_map(|later| (1..).map_while(|number| later.values.get(number)));
        [&self.first].into_iter().chain(later).find(|known| is_it(known))
    }
}

#[cfg(all(test, feature = "config", resilient_loom))]
mod loom_tests;

#[cfg(all(test, feature = "config", not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn settings_are_replaced_and_those_that_come_back_are_the_same_ones() {
        let live = Live::new(1);
        let replace = |value: u32| *live.replace(|known| *known == value, || value);
        assert_eq!((*live.get(), replace(1), replace(2), *live.get()), (1, 1, 2, 2));
        let two: *const u32 = live.get();
        assert_eq!((replace(3), replace(2), *live.first()), (3, 2, 1));
        assert!(std::ptr::eq(two, live.get()));
        assert_eq!(
            [1, 2, 3, 4].map(|value| live.find(|known| *known == value).copied()),
            [Some(1), Some(2), Some(3), None]
        );
        assert_eq!(replace(1), 1);
    }
}
