//! Millions of random calls, beside a model that says what must not have been forgotten.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::core::random::SplitMix64;

/// What has been counted in the cell of a key, what that is worth, and who uses it.
#[derive(Default)]
struct Known {
    count: u64,
    worth: usize,
    used_by: Vec<Arc<Counter>>,
}

impl Known {
    fn protects(&self) -> bool {
        !self.used_by.is_empty() || matches!(WORTHS[self.worth], Worth::Spent | Worth::Protection)
    }
}

struct Model {
    counters: PerKey<Counter>,
    max_keys: usize,
    keys: usize,
    known: HashMap<usize, Known>,
    random: SplitMix64,
    calls: u64,
}

impl Model {
    fn new(max_keys: usize, keys: usize, seed: u64) -> Self {
        let counters = counters(u32::try_from(max_keys).unwrap());
        Self { counters, max_keys, keys, known: HashMap::new(), random: SplitMix64::seeded(seed), calls: 0 }
    }

    /// A number below `end`.
    fn draw(&mut self, end: usize) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "small"
        )]
        let drawn = (self.random.unit() * end as f64) as usize;
        drawn.min(end - 1)
    }

    fn step(&mut self) {
        let key = self.draw(self.keys);
        if self.draw(3) == 0
            && let Some(known) = self.known.get_mut(&key)
        {
            known.used_by.pop();
            return;
        }
        let before = self.counters.overflowed();
        let cell = self.counters.get(key);
        cell.add();
        self.calls += 1;
        if self.counters.overflowed() > before {
            self.had_to_share(key);
        } else {
            self.has_its_own(key, cell);
        }
    }

    fn had_to_share(&self, key: usize) {
        let known = self.known.get(&key);
        assert!(known.is_none_or(|known| !known.protects()), "{key} was kept");
        let protecting = self.known.values().filter(|known| known.protects()).count();
        // With more keys, the next ones do without a search.
        assert!(self.max_keys >= 16 || protecting == self.max_keys, "{protecting} of {} protect", self.max_keys);
    }

    fn has_its_own(&mut self, key: usize, cell: Arc<Counter>) {
        let (worth, uses) = (self.draw(WORTHS.len()), self.draw(4) == 0);
        let is_roomy = self.keys <= self.max_keys;
        let known = self.known.entry(key).or_default();
        known.count += 1;
        if cell.count() != known.count {
            assert_eq!(cell.count(), 1, "a cell that is not kept is new");
            let stays = known.protects() || is_roomy && WORTHS[known.worth] == Worth::Memory;
            assert!(!stays, "{key} was forgotten");
            known.count = 1;
        }
        // What protects is rare, or soon all of them would.
        known.worth = if worth >= 2 && !key.is_multiple_of(5) { 0 } else { worth };
        cell.is_worth(WORTHS[known.worth]);
        if uses {
            known.used_by.push(cell);
        }
    }

    fn check(&self) {
        assert!(self.counters.len() <= self.max_keys);
        assert_eq!(self.counters.total(), Sum(self.calls), "no total is lost");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn no_cell_goes_that_must_stay(
        max_keys in prop_oneof![1_usize..16, 16_usize..100, 128_usize..600],
        more in 0.3..3.0_f64,
        seed in any::<u64>(),
    ) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
        let keys = (max_keys as f64 * more) as usize + 1;
        let mut model = Model::new(max_keys, keys, seed);
        for _ in 0..100 {
            (0..1_000).for_each(|_| model.step());
            model.check();
        }
    }
}
