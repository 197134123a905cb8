//! How long something takes at most.

use std::time::Duration;

use crate::core::name::Name;
use crate::registry::functions::WorstCase;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Within(Duration, Vec<Caveat>),
    /// It is limited, but by what is known only in a call: in words, each of them once.
    DependsOn(Vec<String>),
    /// Nothing limits it, for this reason.
    Unbounded(&'static str),
}

/// What can make a call longer than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caveat {
    pub(super) words: &'static str,
    /// The same of each attempt.
    pub(super) repeated: &'static str,
}

impl Bound {
    pub(super) const fn within(limit: Duration) -> Self {
        Self::Within(limit, Vec::new())
    }

    pub(super) fn depends_on(what: String) -> Self {
        Self::DependsOn(vec![what])
    }

    /// One thing after another.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unbounded(why), _) | (_, Self::Unbounded(why)) => Self::Unbounded(why),
            (Self::Within(limit, caveats), Self::Within(other, others)) => {
                let sum = Self::Within(limit.saturating_add(other), caveats);
                others.into_iter().fold(sum, Self::with)
            }
            (Self::DependsOn(mut all), Self::DependsOn(others)) => {
                all.extend(others);
                all.dedup();
                Self::DependsOn(all)
            }
            (depends @ Self::DependsOn(_), _) | (_, depends) => depends,
        }
    }

    pub(super) fn with(mut self, caveat: Caveat) -> Self {
        if let Self::Within(_, caveats) = &mut self
            && !caveats.contains(&caveat)
        {
            caveats.push(caveat);
        }
        self
    }

    /// The same so many times.
    pub(super) fn times(self, count: u32) -> Self {
        match self {
            Self::Within(limit, caveats) => {
                let repeated = caveats.into_iter().map(|caveat| Caveat { words: caveat.repeated, ..caveat });
                Self::Within(limit.saturating_mul(count), repeated.collect())
            }
            other => other,
        }
    }

    /// The one of two bounds of the same thing that says more.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Within(mine, caveats), Self::Within(other, others)) => {
                if other < mine {
                    Self::Within(other, others)
                } else {
                    Self::Within(mine, caveats)
                }
            }
            (known @ Self::Within(..), _) | (_, known @ Self::Within(..)) => known,
            (depends @ Self::DependsOn(_), _) | (_, depends @ Self::DependsOn(_)) => depends,
            (Self::Unbounded(_), unbounded) => unbounded,
        }
    }

    /// For readers. Texts that are made here are kept, because those of the linker are constants: there are as many as
    /// functions have shapes.
    pub(super) fn shown(self) -> WorstCase {
        let kept = |text: String| Name::intern(&text).as_str();
        match self {
            Self::Within(limit, caveats) => {
                let words: Vec<_> = caveats.into_iter().map(|caveat| caveat.words).collect();
                WorstCase::Within { limit, caveat: (!words.is_empty()).then(|| kept(words.join(", "))) }
            }
            Self::DependsOn(values) => WorstCase::DependsOn { values: kept(values.join(", ")) },
            Self::Unbounded(because) => WorstCase::Unbounded { because },
        }
    }
}
