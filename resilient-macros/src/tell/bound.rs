//! How long a call can take at most: what a layer makes of the bound of what is below it.

mod retry;
#[cfg(test)]
mod tests;
mod time;

use crate::defaults::bulkhead::{MAX_WAIT, UNLIMITED_WAIT};
use crate::model::{Answer, Bulkhead, DurationSetting, Fallback, Layer, Setting, Timeout, Value};
use crate::tell::code::code;
use crate::tell::settings;
use crate::tell::text::span;
pub(crate) use time::{Caveat, Time};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Bound {
    /// No call takes longer.
    Within(Time),
    /// It is limited, but by values that are not known when compiled: in words, each of them once.
    DependsOn(Vec<String>),
    /// Nothing limits it, for this reason.
    Unbounded(&'static str),
}

const NO_TIMEOUT: &str = "its body has no timeout";

/// The bound of a whole call.
pub(crate) fn bound(layers: &[Layer]) -> Bound {
    below(layers, 1)
}

/// The bound of what these layers make of the body, in this attempt of the retry above them.
fn below(layers: &[Layer], attempt: u32) -> Bound {
    let Some((layer, inner)) = layers.split_first() else {
        return Bound::Unbounded(NO_TIMEOUT);
    };
    match layer {
        Layer::Retry(retry) => retry::bound(retry, inner),
        // It admits or refuses at once.
        Layer::CircuitBreaker(_) => below(inner, attempt),
        Layer::Timeout(timeout) => limited(timeout, attempt, below(inner, attempt)),
        Layer::Bulkhead(bulkhead) => below(inner, attempt).and(wait(layer, bulkhead)),
        Layer::Fallback(fallback) => answered(fallback, below(inner, attempt)),
    }
}

impl Bound {
    /// One thing after another.
    fn and(self, other: Self) -> Self {
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
    fn values(self) -> Vec<String> {
        match self {
            Self::Within(time) => time.written_values().collect(),
            Self::DependsOn(values) => values,
            Self::Unbounded(_) => Vec::new(),
        }
    }

    /// The same so many times.
    fn times(self, count: u32) -> Self {
        match self {
            Self::Within(time) => Self::Within(time.times(count)),
            other => other,
        }
    }

    /// The one of two bounds of the same thing that says more.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Within(time), Self::Within(other)) => Self::Within(time.or(other)),
            (time @ Self::Within(_), _) | (_, time @ Self::Within(_)) => time,
            (values @ Self::DependsOn(_), _) | (_, values @ Self::DependsOn(_)) => values,
            (Self::Unbounded(_), unbounded) => unbounded,
        }
    }

    /// The value of a setting, if it is given.
    fn of_setting(setting: &DurationSetting) -> Option<Self> {
        setting.as_ref().map(|setting| {
            Self::Within(match &setting.value {
                Value::Known(time) => Time::known(*time),
                Value::Expr(expr) => Time::written(code(expr)),
            })
        })
    }

    fn depends_on(what: impl Into<String>) -> Self {
        Self::DependsOn(vec![what.into()])
    }
}

/// What is below a timeout is dropped or left behind at its end; a cooperative one waits for it.
fn limited(timeout: &Timeout, attempt: u32, inner: Bound) -> Bound {
    let limit = limit(timeout, attempt);
    if timeout.cooperative.is_none() {
        return match inner {
            Bound::Within(time) if time.is_certain() => Bound::Within(time).or(limit),
            _ => limit,
        };
    }
    match (inner, limit) {
        (inner @ Bound::Within(_), _) => inner,
        (_, Bound::Within(mut limit)) => {
            limit.add_caveat(Caveat::Cooperative);
            Bound::Within(limit)
        }
        (_, limit) => limit,
    }
}

fn limit(timeout: &Timeout, attempt: u32) -> Bound {
    let policy = || timeout.policy.as_ref().map(|policy| Bound::depends_on(span(&code(&policy.value))));
    let duration = Bound::of_setting(&timeout.duration).or_else(policy);
    // A policy may hold a step.
    let step = Bound::of_setting(&timeout.step).or_else(policy).filter(|_| attempt > 1);
    let limit = duration.unwrap_or(Bound::Unbounded(NO_TIMEOUT));
    match step {
        Some(step) => limit.and(step.times(attempt - 1)),
        None => limit,
    }
}

/// Whether the first attempt may have less time than the ones after it.
fn grows(layers: &[Layer]) -> bool {
    layers
        .iter()
        .any(|layer| matches!(layer, Layer::Timeout(timeout) if timeout.step.is_some() || timeout.policy.is_some()))
}

/// How long a call may wait for its slot.
fn wait(layer: &Layer, bulkhead: &Bulkhead) -> Bound {
    if let Some(Setting { value: Value::Known(UNLIMITED_WAIT), .. }) = &bulkhead.max_wait {
        return Bound::Unbounded("nothing limits its wait for a slot");
    }
    if let Some(wait) = Bound::of_setting(&bulkhead.max_wait) {
        return wait;
    }
    match (&bulkhead.policy, settings::name(layer)) {
        (Some(policy), _) => Bound::depends_on(span(&code(&policy.value))),
        (None, Some(name)) if !bulkhead.gives_settings() => {
            Bound::depends_on(format!("how long the bulkhead {} lets it wait", span(&name)))
        }
        (None, _) => Bound::Within(Time::known(MAX_WAIT)),
    }
}

/// A value is there at once; what a function or a closure does takes its own time.
fn answered(fallback: &Fallback, mut inner: Bound) -> Bound {
    let own_time =
        fallback.answers.iter().filter(|answer| matches!(answer, Answer::Path(_) | Answer::Closure(_))).count();
    if let Bound::Within(time) = &mut inner {
        match own_time {
            0 => {}
            1 => time.add_caveat(Caveat::Fallback),
            _ => time.add_caveat(Caveat::Fallbacks),
        }
    }
    inner
}
