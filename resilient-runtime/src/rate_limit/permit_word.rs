//! What a call can see without the lock of the queue, in one word.
//!
//! ```text
//!  63 62 61                                  0
//! +-----+-------------------------------------+
//! | 0 0 | when the bucket is full             |  open: a call takes its permit by changing the word
//! | 0 1 | a moment                            |  reached: no call begins before
//! | 1 0 | a moment                            |  reached, and the moment was far away
//! | 1 1 | zeros                               |  closed: the state is behind the lock
//! +-----+---+---------------------------------+
//! | 1 1 | n | when the bucket is full         |  open by the n-th settings after the first, from 1 to 15
//! +-----+---+---------------------------------+
//!        61  57                              0
//! ```
//!
//! Buckets of other settings count in other units. Because an open word says by which settings it counts, a call that read it
//! before a change cannot take a moment of one bucket for one of another. Without the feature `config` settings do not change.
//!
//! It is open or reached only while no call waits. Who needs more than the word closes it under the lock, moves what it
//! holds to the state there, and opens it again when it is done.

/// The word of a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PermitWord(u64);

/// What a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Open {
        /// The number of the settings, 0 for the first.
        by: u32,
        /// When the bucket is full again, as [`Bucket`](crate::rate_limit::bucket::Bucket) counts.
        moment: u64,
    },
    /// No call begins before.
    Reached {
        until: u64,
        /// Whether that was [`LONG`] away.
        is_long: bool,
    },
    Closed,
}

const KIND: u32 = 62;
const REACHED: u64 = 1 << KIND;
const REACHED_LONG: u64 = 2 << KIND;
const CLOSED: u64 = 3 << KIND;

/// Where the number of later settings is in a word that is open by them.
#[cfg(feature = "config")]
const BY: u32 = 58;

/// A wait that is at least this long, in nanoseconds, may be given a little too long: a coarse clock is exact enough.
pub(super) const LONG: u64 = 500_000_000;

impl PermitWord {
    pub(super) const CLOSED: Self = Self(CLOSED);

    /// Open by the settings of this number. `None` if the number or the moment does not fit.
    #[inline]
    pub(super) fn open(by: u32, full_at: impl TryInto<u64>) -> Option<Self> {
        let moment = full_at.try_into().ok()?;
        match by {
            0 => (moment < REACHED).then_some(Self(moment)),
            #[cfg(feature = "config")]
            1..=15 => (moment < 1 << BY).then_some(Self(CLOSED | u64::from(by) << BY | moment)),
            _ => None,
        }
    }

    /// `None` if the moment has come, or does not fit.
    pub(super) const fn reached(now: u64, until: u64) -> Option<Self> {
        if until <= now {
            return None;
        }
        let kind = if until - now < LONG { REACHED } else { REACHED_LONG };
        if until < REACHED { Some(Self(kind | until)) } else { None }
    }

    pub(super) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(super) const fn bits(self) -> u64 {
        self.0
    }

    /// The moment, if it is open by the settings of this number.
    pub(super) const fn moment_by(self, number: u32) -> Option<u64> {
        match self.seen() {
            Seen::Open { by, moment } if by == number => Some(moment),
            _ => None,
        }
    }

    #[inline]
    pub(super) const fn seen(self) -> Seen {
        let moment = self.0 % REACHED;
        match self.0 >> KIND {
            0 => Seen::Open { by: 0, moment },
            1 => Seen::Reached { until: moment, is_long: false },
            2 => Seen::Reached { until: moment, is_long: true },
            #[cfg(feature = "config")]
            _ if moment > 0 => Seen::Open { by: (moment >> BY) as u32, moment: moment % (1 << BY) },
            _ => Seen::Closed,
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    const LAST: u64 = REACHED - 1;

    #[test]
    fn a_word_says_what_it_was_made_of() {
        for moment in [0, 1, LONG, LAST] {
            assert_eq!(PermitWord::open(0, moment).map(PermitWord::seen), Some(Seen::Open { by: 0, moment }));
        }
        let reached = |now, until| PermitWord::reached(now, until).map(PermitWord::seen);
        for until in [LONG, LAST] {
            assert_eq!(reached(until - LONG, until), Some(Seen::Reached { until, is_long: true }));
            assert_eq!(reached(until - LONG + 1, until), Some(Seen::Reached { until, is_long: false }));
        }
        assert_eq!(PermitWord::CLOSED.seen(), Seen::Closed);
    }

    #[test]
    fn a_moment_that_does_not_fit_makes_no_word() {
        assert_eq!(PermitWord::open(0, REACHED), None);
        assert_eq!(PermitWord::open(0, u128::MAX), None);
        assert_eq!(PermitWord::reached(0, REACHED), None);
        assert_eq!(PermitWord::reached(0, u64::MAX), None);
    }

    #[cfg(feature = "config")]
    #[test]
    fn an_open_word_says_by_which_settings_it_counts() {
        const LAST: u64 = (1 << BY) - 1;
        for (by, moment) in [(1, 0), (1, LAST), (7, LONG), (15, 0), (15, LAST)] {
            assert_eq!(PermitWord::open(by, moment).map(PermitWord::seen), Some(Seen::Open { by, moment }));
        }
        for (by, moment) in [(1, LAST + 1), (15, u64::MAX), (16, 0), (u32::MAX, 0)] {
            assert_eq!(PermitWord::open(by, moment), None);
        }
    }

    #[test]
    fn a_limit_is_not_reached_until_a_moment_that_has_come() {
        assert_eq!(PermitWord::reached(7, 7), None);
        assert_eq!(PermitWord::reached(7, 6), None);
    }
}
