//! What breakers, throttles, timeouts and adaptive limits of a pipeline hold of one call, in few words.

use crate::core::name::Name;
use crate::deadline::current::AsyncLimit;

/// Stacks with up to so many layers that hold something need no allocation.
const INLINE: usize = 4;

/// What one layer holds: three words that mean something to this layer alone. Of a slot there is nothing to remember,
/// nor of retries and fallbacks.
#[derive(Clone, Copy, Default)]
pub(super) struct Hold([u64; 3]);

/// An admitted call: the words of its mark, and when it was first pending below a deadline, in nanoseconds; zero before.
pub(super) struct HeldTicket {
    pub(super) words: [u64; 2],
    pub(super) since: u64,
}

impl HeldTicket {
    #[inline]
    pub(super) const fn of(Hold([first, second, since]): Hold) -> Self {
        Self { words: [first, second], since }
    }

    #[inline]
    pub(super) const fn hold(&self) -> Hold {
        let [first, second] = self.words;
        Hold([first, second, self.since])
    }
}

impl Hold {
    /// A timeout's limit.
    #[inline]
    pub(super) const fn limit(limit: AsyncLimit) -> Self {
        let (_, nanos, when) = limit.words();
        Self([nanos, when, 0])
    }

    /// The limit of a timeout with this name.
    #[inline]
    pub(super) const fn as_limit(self, name: Name) -> AsyncLimit {
        let Self([nanos, when, _]) = self;
        AsyncLimit::of_words(name, nanos, when)
    }
}

/// One for each layer that holds something, by its place among these.
#[derive(Default)]
pub(super) struct Holds {
    inline: [Hold; INLINE],
    /// Made when the first of them is set.
    spilled: Option<Box<[Hold]>>,
}

impl Holds {
    #[inline]
    pub(super) fn get(&self, place: usize) -> Hold {
        match self.inline.get(place) {
            Some(hold) => *hold,
            None => self.spilled.as_ref().map_or_else(Hold::default, |spilled| spilled[place - INLINE]),
        }
    }

    /// Sets that of one of so many `places`.
    #[inline]
    pub(super) fn set(&mut self, place: usize, places: usize, hold: Hold) {
        match self.inline.get_mut(place) {
            Some(inline) => *inline = hold,
            None => self.spill(place, places, hold),
        }
    }

    #[cold]
    #[inline(never)]
    fn spill(&mut self, place: usize, places: usize, hold: Hold) {
        let spilled = self.spilled.get_or_insert_with(|| vec![Hold::default(); places - INLINE].into());
        spilled[place - INLINE] = hold;
    }
}
