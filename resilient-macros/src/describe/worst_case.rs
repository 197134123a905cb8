//! How long a call can take at most.

mod sum;

pub(crate) use resilient_rules::worst_case::NO_TIMEOUT;

use crate::describe::pretty_tokens::code;
use crate::model::{DurationSetting, Value};
pub(crate) use sum::{Caveat, Sum};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum WorstCase {
    /// No call takes longer.
    Within(Sum),
    /// It is limited, but by values that are not known when compiled: in words, each of them once.
    DependsOn(Vec<String>),
    /// Nothing limits it, for this reason.
    Unbounded(&'static str),
}

impl WorstCase {
    /// One thing after another.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unbounded(why), _) | (_, Self::Unbounded(why)) => Self::Unbounded(why),
            (Self::Within(time), Self::Within(other)) => Self::Within(time.and(other)),
            (left, right) => {
                let mut values = left.values();
                let new: Vec<_> = right.values().into_iter().filter(|value| !values.contains(value)).collect();
                values.extend(new);
                Self::DependsOn(values)
            }
        }
    }

    /// The values that are not known when compiled.
    pub(crate) fn values(self) -> Vec<String> {
        match self {
            Self::Within(time) => time.written_values().collect(),
            Self::DependsOn(values) => values,
            Self::Unbounded(_) => Vec::new(),
        }
    }

    /// The same so many times.
    pub(crate) fn times(self, count: u32) -> Self {
        match self {
            Self::Within(time) => Self::Within(time.times(count)),
            other => other,
        }
    }

    /// The one of two bounds of the same thing that says more.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Within(time), Self::Within(other)) => Self::Within(time.or(other)),
            (time @ Self::Within(_), _) | (_, time @ Self::Within(_)) => time,
            (values @ Self::DependsOn(_), _) | (_, values @ Self::DependsOn(_)) => values,
            (Self::Unbounded(_), unbounded) => unbounded,
        }
    }

    /// The value of a setting, if it is given.
    pub(crate) fn of_setting(setting: &DurationSetting) -> Option<Self> {
        setting.as_ref().map(|setting| {
            Self::Within(match &setting.value {
                Value::Known(time) => Sum::known(*time),
                Value::Expr(expr) => Sum::written(code(expr)),
            })
        })
    }

    pub(crate) fn depends_on(what: impl Into<String>) -> Self {
        Self::DependsOn(vec![what.into()])
    }
}
