//! State that admits calls and counts how they end, such as a breaker.

use crate::core::error::Error;
use crate::deadline::open_calls::Admits;
use crate::outcomes::outcome::Outcome;

/// State that admits calls and counts how they end.
pub trait Gate: Admits {
    /// What it has to know of an admitted call when that ends.
    type Mark: Copy;

    /// Its method that makes a call, for messages.
    const CALL: &'static str;
    /// Its method that runs a future, for messages.
    const RUN: &'static str;

    /// Whether every error is a failure where no filter says which are.
    const EVERY_ERROR: bool = true;

    /// How a call counts whose body panics.
    const PANIC: Outcome = Outcome::Failure;

    /// Permission for one call in the usual case, in which nothing has to be decided; else `None`.
    fn admit_at_once(&self) -> Option<Self::Mark>;

    /// Decides about a call that was not admitted at once.
    ///
    /// # Errors
    ///
    /// The refusal.
    fn decide(&self) -> Result<Self::Mark, Error>;

    /// Counts the outcome of an admitted call. To be called once for each.
    fn end(&self, mark: Self::Mark, outcome: Outcome);

    /// Adds to the totals the result of a call whose failure was reported at a deadline before.
    fn end_late(&self, mark: Self::Mark, outcome: Outcome);

    /// A mark as two words.
    fn words(mark: Self::Mark) -> [u64; 2];

    /// The mark of these words.
    fn of_words(words: [u64; 2]) -> Self::Mark;
}

/// An admitted call. It is `Copy` and reports nothing when it is dropped.
#[derive(Debug)]
pub(crate) struct Ticket<'a, G: Gate> {
    gate: &'a G,
    mark: G::Mark,
}

impl<G: Gate> Clone for Ticket<'_, G> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<G: Gate> Copy for Ticket<'_, G> {}

impl<'a, G: Gate> Ticket<'a, G> {
    /// Permission for one call.
    ///
    /// # Errors
    ///
    /// The refusal.
    #[inline]
    pub(crate) fn request(gate: &'a G) -> Result<Self, Error> {
        let mark = match gate.admit_at_once() {
            Some(mark) => mark,
            None => gate.decide()?,
        };
        Ok(Self { gate, mark })
    }

    #[inline]
    pub(crate) const fn gate(self) -> &'a G {
        self.gate
    }

    /// Its parts, which a function that is not inlined takes in registers; the whole would go through memory.
    #[inline]
    pub(crate) const fn parts(self) -> (&'a G, G::Mark) {
        (self.gate, self.mark)
    }

    #[inline]
    pub(crate) const fn of_parts(gate: &'a G, mark: G::Mark) -> Self {
        Self { gate, mark }
    }

    #[inline]
    pub(crate) fn end(self, outcome: Outcome) {
        self.gate.end(self.mark, outcome);
    }

    pub(crate) fn end_late(self, outcome: Outcome) {
        self.gate.end_late(self.mark, outcome);
    }
}
