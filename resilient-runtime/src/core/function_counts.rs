//! What is counted for each function, for metrics: words of its own for each thread, found by the address of the
//! function's name. Without the feature nothing is.

use crate::core::error::ErrorKind;
use crate::core::name::Name;

/// Declares what is counted, a line for each.
macro_rules! counts {
    ($($Count:ident),* $(,)?) => {
        /// What happened to a call, or to an attempt of it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Count {
            $($Count,)*
        }

        #[cfg(feature = "readings")]
        impl Count {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$Count),*];
        }
    };
}

counts! {
    // Calls through a retry, by how they ended.
    FirstAttemptGood, LaterAttemptGood, NotRetried, GivenUp,
    // Attempts after the first, by what caused them.
    AfterError, AfterValue, AfterCircuitOpen, AfterTimedOut, AfterBulkheadFull, AfterRateLimited, AfterShed, AfterNoItems,
    AfterRetriesExhausted,
    // Calls and attempts with a time limit.
    KeptToLimit, TimedOut,
    // Answers of fallbacks.
    FallbackGood, FallbackFailed,
}

impl Count {
    /// An attempt after a refusal.
    pub(crate) const fn after(refusal: ErrorKind) -> Self {
        match refusal {
            ErrorKind::CircuitOpen => Self::AfterCircuitOpen,
            ErrorKind::TimedOut => Self::AfterTimedOut,
            ErrorKind::BulkheadFull => Self::AfterBulkheadFull,
            ErrorKind::RateLimited => Self::AfterRateLimited,
            ErrorKind::Shed => Self::AfterShed,
            ErrorKind::NoItems => Self::AfterNoItems,
            ErrorKind::RetriesExhausted => Self::AfterRetriesExhausted,
        }
    }

    /// The word of logs and metrics for it, among those of its kind. For an attempt after the first it is that of the
    /// cause.
    #[cfg(feature = "readings")]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FirstAttemptGood | Self::FallbackGood => "success",
            Self::LaterAttemptGood => "success_after_retry",
            Self::NotRetried => "not_retried",
            Self::GivenUp => "given_up",
            Self::AfterError | Self::FallbackFailed => "error",
            Self::AfterValue => "value",
            Self::AfterCircuitOpen => ErrorKind::CircuitOpen.name(),
            Self::AfterTimedOut => ErrorKind::TimedOut.name(),
            Self::AfterBulkheadFull => ErrorKind::BulkheadFull.name(),
            Self::AfterRateLimited => ErrorKind::RateLimited.name(),
            Self::AfterShed => ErrorKind::Shed.name(),
            Self::AfterNoItems => ErrorKind::NoItems.name(),
            Self::AfterRetriesExhausted => ErrorKind::RetriesExhausted.name(),
            Self::KeptToLimit => "in_time",
            Self::TimedOut => "timed_out",
        }
    }
}

/// Counts something of the function, or of the policy used by hand, of this name.
#[inline]
pub(crate) fn count(function: Name, what: Count) {
    #[cfg(feature = "readings")]
    counting::count(function, what);
    #[cfg(not(feature = "readings"))]
    let _ = (function, what);
}

/// As [`count`], out of line: what calls rarely come to.
#[inline]
pub(crate) fn count_rare(function: Name, what: Count) {
    #[cfg(feature = "readings")]
    counting::count_rare(function, what);
    #[cfg(not(feature = "readings"))]
    let _ = (function, what);
}

#[cfg(feature = "readings")]
pub(crate) use counting::{MOST_INSERTED, OTHER, each, forget};

#[cfg(feature = "readings")]
mod counting {
    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::sync::{Mutex, PoisonError};

    use super::Count;
    use crate::core::isolated::panics;
    use crate::core::name::Name;
    use crate::core::sharded::LocalWords;
    use crate::core::sync::AtomicU64;
    use crate::core::totals::Totals;

    const COUNTS: usize = Count::ALL.len();

    type Counts = Totals<COUNTS>;

    /// So many names that are made while the program runs are counted apart, and have values of their own in metrics.
    pub(crate) const MOST_INSERTED: usize = 1_000;

    /// The name of all others.
    pub(crate) const OTHER: Name = Name::new(&"other");

    #[derive(Default)]
    struct Functions {
        counts: BTreeMap<Name, &'static Counts>,
        inserted: usize,
    }

    static FUNCTIONS: Mutex<Option<Functions>> = Mutex::new(None);

    const PLACES: usize = 32;

    /// The words of a function to which this thread writes, and before them the address of the function's name, which is
    /// even; one more if other threads write to these words, too.
    type Place = Cell<(usize, Option<&'static [AtomicU64; COUNTS]>)>;

    thread_local! {
        /// Those of the functions that this thread called last, by the address of their names.
        static RECENT: [Place; PLACES] = const { [const { Cell::new((0, None)) }; PLACES] };
    }

    #[inline]
    pub(super) fn count(function: Name, what: Count) {
        let address = function.address();
        RECENT.with(|recent| match recent[place_of(address)].get() {
            (known, Some(words)) if known == address => LocalWords::owned(words).add_one(what as usize),
            _ => elsewhere(function, what),
        });
    }

    #[cold]
    #[inline(never)]
    pub(super) fn count_rare(function: Name, what: Count) {
        count(function, what);
    }

    /// Names have the size of two words, and those of one program stand side by side.
    #[inline]
    const fn place_of(address: usize) -> usize {
        address / size_of::<&str>() % PLACES
    }

    /// Where other threads write, or what the thread has not counted lately. It cannot unwind, so that callers keep what
    /// they would have to drop in registers.
    #[cold]
    #[inline(never)]
    #[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
    extern "C" fn elsewhere(function: Name, what: Count) {
        let address = function.address();
        let counted = |words: LocalWords<'static, COUNTS>| words.add_one(what as usize);
        RECENT.with(|recent| {
            let place = &recent[place_of(address)];
            match place.get() {
                (known, Some(words)) if known == address + 1 => counted(LocalWords::shared(words)),
                _ => {
                    panics(|| {
                        let local = counts_of(function).local();
                        let (words, is_owned) = local.parts();
                        place.set((address + usize::from(!is_owned), Some(words)));
                        counted(local);
                    });
                }
            }
        });
    }

    fn counts_of(function: Name) -> &'static Counts {
        FUNCTIONS.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().of(function)
    }

    /// The thread has no words of its own any more.
    pub(crate) fn forget() {
        RECENT.with(|recent| recent.iter().for_each(|place| place.set((0, None))));
    }

    impl Functions {
        fn of(&mut self, mut function: Name) -> &'static Counts {
            if let Some(known) = self.counts.get(&function) {
                return known;
            }
            if function.is_interned() {
                self.inserted += 1;
                if self.inserted > MOST_INSERTED {
                    function = OTHER;
                }
            }
            self.counts.entry(function).or_insert_with(|| Box::leak(Box::new(Totals::sharded())))
        }
    }

    /// Calls a function with each count.
    pub(crate) fn each(mut visit: impl FnMut(Name, Count, u64)) {
        let functions = FUNCTIONS.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = functions.as_ref().map(|functions| functions.counts.clone()).unwrap_or_default();
        drop(functions);
        for (name, counts) in counts {
            for count in Count::ALL {
                visit(name, *count, counts.sum(*count as usize));
            }
        }
    }
}

#[cfg(all(test, feature = "readings", not(resilient_loom)))]
mod tests {
    use std::thread;

    use super::*;

    fn counted(function: Name) -> Vec<(Count, u64)> {
        let mut counts = Vec::new();
        each(|name, what, value| {
            if name == function && value > 0 {
                counts.push((what, value));
            }
        });
        counts
    }

    #[test]
    fn a_million_counts_of_four_threads_sum_up() {
        let (first, second) = (Name::new(&"counted first"), Name::intern("counted second"));
        let call = || {
            for _ in 0..125_000 {
                count(first, Count::KeptToLimit);
                count(second, Count::GivenUp);
            }
        };
        thread::scope(|scope| (0..4).for_each(|_| _ = scope.spawn(call)));
        assert_eq!(counted(first), [(Count::KeptToLimit, 500_000)]);
        assert_eq!(counted(second), [(Count::GivenUp, 500_000)]);
    }

    #[test]
    fn two_constants_of_one_name_are_one_function() {
        const ONE: Name = Name::new(&"in two places");
        let other = Name::intern("in two places");
        count(ONE, Count::TimedOut);
        count(other, Count::TimedOut);
        assert_eq!(counted(ONE), [(Count::TimedOut, 2)]);
    }

    #[test]
    fn more_functions_than_a_thread_remembers_are_counted_apart() {
        let names: Vec<Name> = (0..100).map(|number| Name::intern(&format!("remembered {number}"))).collect();
        (0..3).for_each(|_| names.iter().for_each(|name| count(*name, Count::FirstAttemptGood)));
        assert!(names.iter().all(|name| counted(*name) == [(Count::FirstAttemptGood, 3)]));
    }
}
