//! The limit of now, and what changes it: pure, it takes how calls ended.
//!
//! A call carries the epoch in which it was admitted: the number of cuts before it. One that was admitted before the last
//! cut changes nothing, because the cut was made for the load that it was a part of.

use crate::bulkhead::adaptive::limit::AdaptiveLimit;

/// What the end of a call says about the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// The callee kept up.
    Good,
    /// The callee did not.
    Overload,
    /// Nothing.
    None,
}

/// Whether a good call counts that ends while so many are in flight: the limit can grow, and half of it is used.
pub(super) const fn counts(bounds: AdaptiveLimit, limit: u32, in_flight: u32) -> bool {
    limit < bounds.most() && in_flight as u64 * 2 >= limit as u64
}

#[derive(Clone, Debug)]
pub(super) struct Machine {
    limit: u32,
    /// The good calls since the limit was last changed, counted while at least half of it was used.
    good: u32,
    epoch: u64,
}

impl Machine {
    pub(super) const fn new(bounds: AdaptiveLimit) -> Self {
        Self { limit: bounds.first(), good: 0, epoch: 0 }
    }

    pub(super) const fn limit(&self) -> u32 {
        self.limit
    }

    pub(super) const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// A call ended that was admitted in this epoch, while so many were in flight, itself included. Returns whether the
    /// limit has changed.
    pub(super) fn ended(&mut self, bounds: AdaptiveLimit, epoch: u64, sign: Sign, in_flight: u32) -> bool {
        if epoch != self.epoch {
            return false;
        }
        match sign {
            Sign::Overload => self.cut(bounds),
            Sign::Good if counts(bounds, self.limit, in_flight) => self.grow(bounds),
            Sign::Good | Sign::None => false,
        }
    }

    fn cut(&mut self, bounds: AdaptiveLimit) -> bool {
        let before = self.limit;
        self.epoch += 1;
        self.set(bounds, u32::try_from(u64::from(before) * 9 / 10).unwrap_or(before));
        self.limit != before
    }

    fn grow(&mut self, bounds: AdaptiveLimit) -> bool {
        let before = self.limit;
        self.good += 1;
        if self.good >= before {
            self.set(bounds, before.saturating_add(1));
        }
        self.limit != before
    }

    /// Sets the nearest limit that is allowed, and begins to count anew.
    pub(super) fn set(&mut self, bounds: AdaptiveLimit, limit: u32) {
        self.limit = bounds.within(limit);
        self.good = 0;
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TO_200: AdaptiveLimit = AdaptiveLimit::new(200);

    #[test]
    fn it_grows_by_one_after_as_many_good_calls_as_it_allows() {
        let mut machine = Machine::new(TO_200);
        for limit in 20..200 {
            assert_eq!(machine.limit(), limit);
            let grown = (0..limit).filter(|_| machine.ended(TO_200, 0, Sign::Good, limit)).count();
            assert_eq!(grown, 1);
        }
        (0..1_000).for_each(|_| assert!(!machine.ended(TO_200, 0, Sign::Good, 200)));
        assert_eq!(machine.limit(), 200);
    }

    #[test]
    fn good_calls_count_while_at_least_half_of_the_limit_is_used() {
        let mut machine = Machine::new(TO_200);
        (0..1_000).for_each(|_| assert!(!machine.ended(TO_200, 0, Sign::Good, 9)));
        (0..19).for_each(|_| assert!(!machine.ended(TO_200, 0, Sign::Good, 10)));
        assert!(machine.ended(TO_200, 0, Sign::Good, 10));
    }

    #[test]
    fn fifty_errors_at_once_cut_once() {
        let mut machine = Machine::new(TO_200);
        let cuts = (0..50).filter(|_| machine.ended(TO_200, 0, Sign::Overload, 20)).count();
        assert_eq!((cuts, machine.limit(), machine.epoch()), (1, 18, 1));
        assert!(machine.ended(TO_200, 1, Sign::Overload, 18));
        assert_eq!(machine.limit(), 16);
    }

    #[test]
    fn it_stays_within_its_bounds() {
        let bounds = AdaptiveLimit::new(8).min(5);
        let mut machine = Machine::new(bounds);
        assert_eq!(machine.limit(), 8);
        for (epoch, limit) in [(0, 7), (1, 6), (2, 5), (3, 5)] {
            machine.ended(bounds, epoch, Sign::Overload, 1);
            assert_eq!(machine.limit(), limit);
        }
    }

    #[test]
    fn the_bounds_are_corrected_where_they_are_used() {
        let zero = AdaptiveLimit::new(1).min(0);
        assert_eq!((zero.least(), zero.most(), zero.first()), (1, 1, 1));
        let upside_down = AdaptiveLimit::new(5).min(200).initial(7);
        assert_eq!((upside_down.least(), upside_down.most(), upside_down.first()), (5, 5, 5));
        assert_eq!(upside_down.problem(), Some("`min` must not be more than `max`"));
        assert_eq!(AdaptiveLimit::new(5).initial(6).problem(), Some("`initial` must be from `min` to `max`"));
        assert_eq!(zero.problem(), Some("`min` must be at least 1"));
        assert_eq!(AdaptiveLimit::new(5).problem(), None);
    }

    proptest! {
        /// A naive model keeps each call with the cuts that were made since it was admitted.
        #[test]
        fn it_does_what_a_naive_model_says(
            min in 1..10_u32,
            more in 0..60_u32,
            ends in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, 0..80_u32, 1..4_usize), 1..300),
        ) {
            let bounds = AdaptiveLimit::new(min + more).min(min);
            let mut machine = Machine::new(bounds);
            let (mut limit, mut good) = (bounds.first(), 0);
            // Each call: its epoch, and whether a cut was made since.
            let mut calls = vec![(0, false)];
            for (call, sign, in_flight, admitted) in ends {
                let (epoch, is_cut) = calls.swap_remove(call.index(calls.len()));
                let sign = [Sign::Good, Sign::Overload, Sign::None][usize::from(sign)];
                machine.ended(bounds, epoch, sign, in_flight);
                match sign {
                    Sign::Overload if !is_cut => {
                        limit = (limit - limit.div_ceil(10)).max(min);
                        good = 0;
                        for call in &mut calls {
                            call.1 = true;
                        }
                    }
                    Sign::Good if !is_cut && 2 * in_flight >= limit => {
                        good += 1;
                        if good == limit {
                            (limit, good) = ((limit + 1).min(min + more), 0);
                        }
                    }
                    _ => {}
                }
                prop_assert_eq!(machine.limit(), limit);
                calls.extend(std::iter::repeat_n((machine.epoch(), false), admitted));
            }
        }
    }
}
