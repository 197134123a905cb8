//! The failures in a row of a closed breaker, in one word.

/// The low half of the generation in the high half of the word, and the number of failures in the low half.
///
/// Half of the generation is enough: a caller compares the whole one first, so these bits only have to
/// distinguish the generations of the few instructions between that comparison and the replacement of the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Streak(u64);

const COUNT_BITS: u32 = 32;
const COUNT_MAX: u64 = (1 << COUNT_BITS) - 1;

impl Streak {
    /// No failures yet.
    pub(crate) const fn new(generation: u64) -> Self {
        Self(generation << COUNT_BITS)
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn failures(self) -> u64 {
        self.0 & COUNT_MAX
    }

    const fn is_of(self, generation: u64) -> bool {
        self.0 & !COUNT_MAX == Self::new(generation).0
    }

    /// The streak with one failure more; `None` if it belongs to another generation. Saturates at `COUNT_MAX`.
    pub(crate) const fn failed(self, generation: u64) -> Option<Self> {
        match self.failures() {
            _ if !self.is_of(generation) => None,
            COUNT_MAX => Some(self),
            _ => Some(Self(self.0 + 1)),
        }
    }

    /// The streak after a success; `None` if nothing changes.
    pub(crate) const fn succeeded(self, generation: u64) -> Option<Self> {
        if self.is_of(generation) && self.failures() > 0 { Some(Self::new(generation)) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_count_on_and_a_success_begins_again() {
        let streak = Streak::new(7).failed(7).and_then(|streak| streak.failed(7)).unwrap();
        assert_eq!(streak.failures(), 2);
        assert_eq!(streak.succeeded(7), Some(Streak::new(7)));
        assert_eq!(Streak::new(7).succeeded(7), None);
    }

    #[test]
    fn what_is_of_another_generation_changes_nothing() {
        let streak = Streak::new(7).failed(7).unwrap();
        for other in [6, 8, 7 + (1 << 14), 7 + (1 << 17)] {
            assert_eq!((streak.failed(other), streak.succeeded(other)), (None, None));
        }
    }

    #[test]
    fn a_count_that_is_full_does_not_reach_the_generation() {
        let full = Streak::from_bits(Streak::new(7).bits() | COUNT_MAX);
        assert_eq!(full.failed(7), Some(full));
        assert_eq!(full.succeeded(7), Some(Streak::new(7)));
    }
}
