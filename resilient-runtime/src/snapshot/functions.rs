//! The annotated functions in a snapshot.

use std::time::Duration;

use crate::registry::functions::{Function, Layer, LayerKind, functions};
use crate::snapshot::counts::{Counts, counts};
use crate::snapshot::effective::Effective;

/// An annotated function in a [`Snapshot`](crate::snapshot::Snapshot).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FunctionSnapshot {
    /// Its module and name, as in `app::client::user`.
    pub path: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line of its first attribute.
    pub line: u32,
    /// Whether it is async.
    pub is_async: bool,
    /// Its layers in reading order: the first is the outermost.
    pub layers: Vec<LayerSnapshot>,
    /// How long a call can take at most, with the settings in force, as text.
    pub worst_case: String,
    /// The same as a number, if there is one.
    #[cfg_attr(feature = "serde", serde(rename = "worst_case_ms", serialize_with = "super::serial::some_millis"))]
    pub worst_case_limit: Option<Duration>,
    /// What its retries did. `None` if it has none, and without the feature `readings`, which counts.
    pub retry: Option<RetryTotals>,
    /// What its time limits did. `None` as above.
    pub timeout: Option<TimeoutTotals>,
    /// What its fallbacks did. `None` as above.
    pub fallback: Option<FallbackTotals>,
}

/// A layer of a function.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LayerSnapshot {
    /// Which attribute.
    #[cfg_attr(feature = "serde", serde(serialize_with = "super::serial::text"))]
    pub kind: LayerKind,
    /// The name of the shared state, of a retry that of its budget. `None` for a layer whose state belongs to the function
    /// alone, or is a value.
    pub name: Option<&'static str>,
    /// The name by which the snapshot lists its state, of a retry that of its budget: the name above, or that of the state
    /// that belongs to the function alone. `None` for a layer without state, or whose state is a value.
    pub state: Option<&'static str>,
    /// The handle or the value that has the state, as it is written in the attribute.
    pub held: Option<&'static str>,
    /// Whether it acts: `false` if a configuration switches it off.
    pub enabled: bool,
    /// The settings in force, as far as the attribute or a configuration gives them.
    pub settings: Vec<SettingSnapshot>,
}

/// A setting, with its value as text: durations and numbers in the form that an attribute takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SettingSnapshot {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The file and line, or the variable, of the configuration that gives it. `None` if it is as in the code, and
    /// always for the settings of shared state.
    pub origin: Option<String>,
}

/// What the retries of a function did: calls by how they ended, and retries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RetryTotals {
    /// Calls that succeeded at the first attempt.
    pub success: u64,
    /// Calls that succeeded at a later one.
    pub success_after_retry: u64,
    /// Calls whose error or refusal is not retried.
    pub not_retried: u64,
    /// Calls that failed although they were retried as far as they may be.
    pub given_up: u64,
    /// Attempts after the first.
    pub retries: u64,
    /// The same, by what caused them. Causes that never were are not among them.
    pub causes: Vec<CauseCount>,
}

/// How many retries something caused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CauseCount {
    /// `error`, `value`, or a refusal as in `timed_out`.
    pub cause: &'static str,
    /// How many.
    pub count: u64,
}

/// What the time limits of a function did, of calls or of attempts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TimeoutTotals {
    /// Those that kept to the limit.
    pub in_time: u64,
    /// Those that did not.
    pub timed_out: u64,
}

/// What the fallbacks of a function did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FallbackTotals {
    /// Answers that were a value.
    pub success: u64,
    /// Answers that were an error.
    pub error: u64,
}

pub(super) fn all() -> Vec<FunctionSnapshot> {
    let (counts, effective) = (counts(), Effective::now());
    let mut all: Vec<_> =
        functions().map(|function| FunctionSnapshot::of(function, counts.as_ref(), &effective)).collect();
    all.sort_by_key(|function| (function.path, function.file, function.line));
    all
}

impl FunctionSnapshot {
    fn of(function: &'static Function, counts: Option<&Counts>, effective: &Effective) -> Self {
        let layers = function.layers().iter().map(|layer| LayerSnapshot::of(function, layer, effective));
        let has = |kind| function.layers().iter().any(|layer| layer.kind() == kind);
        let worst_case = effective.worst_case(function);
        let counted = counts.map(|counts| counts.get(function.path()).cloned().unwrap_or_default());
        Self {
            path: function.path(),
            file: function.file(),
            line: function.line(),
            is_async: function.is_async(),
            layers: layers.collect(),
            worst_case: worst_case.to_string(),
            worst_case_limit: worst_case.limit(),
            retry: counted.as_ref().filter(|_| has(LayerKind::Retry)).map(|counted| counted.retry.clone()),
            timeout: counted.as_ref().filter(|_| has(LayerKind::Timeout)).map(|counted| counted.timeout),
            fallback: counted.as_ref().filter(|_| has(LayerKind::Fallback)).map(|counted| counted.fallback),
        }
    }
}

impl LayerSnapshot {
    fn of(function: &'static Function, layer: &Layer, effective: &Effective) -> Self {
        let written = |(name, value): (&str, &str)| SettingSnapshot {
            name: name.to_owned(),
            value: value.to_owned(),
            origin: None,
        };
        let mut settings: Vec<_> = layer.settings().map(written).collect();
        let enabled = effective.change(function, layer, &mut settings);
        let state = layer.name().or_else(|| layer.own.map(|own| own.name().as_str()));
        Self { kind: layer.kind(), name: layer.name(), state, held: layer.held(), enabled, settings }
    }
}
