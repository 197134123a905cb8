//! The calls of a bulkhead whose limit adapts itself, by how they end. A bulkhead of any other kind counts nothing here.

use crate::bulkhead::adaptive::machine::Sign;
use crate::bulkhead::bulkhead::Bulkhead;
use crate::core::clock::Stopwatch;
use crate::core::error::Error;
use crate::deadline::open_calls::Admits;
use crate::outcomes::gate::Gate;
use crate::outcomes::outcome::Outcome;

/// What an adaptive limit has to know of a call when that ends.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    epoch: u64,
    /// Runs only if the policy has an `overload_after`.
    clock: Stopwatch,
}

/// It admits each call that holds a slot. A failure is a sign of overload.
impl Gate for Bulkhead {
    type Mark = Begun;

    const CALL: &'static str = "Bulkhead::call";
    const RUN: &'static str = "Bulkhead::run";
    const EVERY_ERROR: bool = false;

    /// A bug is no sign of overload.
    const PANIC: Outcome = Outcome::Ignored;

    #[inline]
    fn admit_at_once(&self) -> Option<Begun> {
        self.adaptive.as_ref().map(|adaptive| {
            let clock = if adaptive.measures_calls() { Stopwatch::start() } else { Stopwatch::default() };
            Begun { epoch: adaptive.begin(), clock }
        })
    }

    #[cold]
    fn decide(&self) -> Result<Begun, Error> {
        Ok(Begun { epoch: 0, clock: Stopwatch::default() })
    }

    fn end(&self, Begun { epoch, clock }: Begun, outcome: Outcome) {
        let Some(adaptive) = &self.adaptive else { return };
        let is_slow = clock.is_running() && outcome != Outcome::Ignored && adaptive.is_too_slow(clock.elapsed());
        let sign = match outcome {
            _ if is_slow => Sign::Overload,
            Outcome::Failure => Sign::Overload,
            Outcome::Success => Sign::Good,
            Outcome::Ignored | Outcome::Dropped => Sign::None,
        };
        if adaptive.end(epoch, sign) {
            self.follow();
        }
    }

    /// It has been counted at its deadline.
    fn end_late(&self, _: Begun, _: Outcome) {}

    fn words(Begun { epoch, clock }: Begun) -> [u64; 2] {
        [epoch, clock.word()]
    }

    fn of_words([epoch, clock]: [u64; 2]) -> Begun {
        Begun { epoch, clock: Stopwatch::of_word(clock) }
    }
}

impl Admits for Bulkhead {
    fn fail(&self, words: [u64; 2]) {
        self.end(Self::of_words(words), Outcome::Failure);
    }
}

impl Bulkhead {
    /// Applies the limit that the machine has now. Not under its lock, because a call that gets a slot is woken; so another
    /// thread may have changed it meanwhile, and is followed as well.
    #[cold]
    pub(crate) fn follow(&self) {
        let Some(adaptive) = &self.adaptive else { return };
        loop {
            let limit = adaptive.limit();
            self.apply_limit(limit);
            if adaptive.limit() == limit {
                return;
            }
        }
    }
}
