//! What is in force, for readers.

use std::fmt;

use crate::config::plan::{Planned, shown};
use crate::config::worst_case::worst_case;
use crate::registry::functions::{Function, LayerKind, WorstCase, functions};
use crate::registry::subjects::Address;

/// Every setting that a configuration can change, with its value and where that comes from. From
/// [`effective`](super::effective); `Display` has a paragraph for each layer, and a line
/// for each function with its worst case.
#[derive(Clone, Debug)]
pub struct Effective {
    pub(crate) layers: Vec<EffectiveLayer>,
    pub(crate) functions: Vec<EffectiveFunction>,
}

/// An annotated function in [`Effective`].
#[derive(Clone, Copy, Debug)]
pub struct EffectiveFunction {
    function: &'static Function,
    worst_case: WorstCase,
}

/// A layer in [`Effective`].
#[derive(Clone, Debug)]
pub struct EffectiveLayer {
    pub(crate) kind: LayerKind,
    pub(crate) address: Address,
    name: String,
    off_by: Option<String>,
    settings: Vec<EffectiveSetting>,
}

/// A setting of an [`EffectiveLayer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveSetting {
    name: &'static str,
    value: String,
    origin: Option<String>,
}

impl Effective {
    pub(super) fn of(planned: &[Planned<'_>]) -> Self {
        let mut functions: Vec<_> = functions()
            .map(|function| EffectiveFunction { function, worst_case: worst_case(function, planned) })
            .collect();
        functions.sort_by_key(|function| function.function.path());
        Self { layers: planned.iter().map(EffectiveLayer::of).collect(), functions }
    }

    /// The annotated functions, in the order of their paths.
    pub fn functions(&self) -> &[EffectiveFunction] {
        &self.functions
    }

    /// The layers, those of functions first.
    pub fn layers(&self) -> &[EffectiveLayer] {
        &self.layers
    }
}

impl EffectiveFunction {
    /// As its attributes describe it.
    pub const fn function(&self) -> &'static Function {
        self.function
    }

    /// How long a call can take at most with the settings in force.
    pub const fn worst_case(&self) -> WorstCase {
        self.worst_case
    }
}

impl EffectiveLayer {
    pub(super) fn of(planned: &Planned<'_>) -> Self {
        let setting = |(name, value)| {
            let origin = planned.given.get(name).map(ToString::to_string);
            EffectiveSetting { name, value, origin }
        };
        Self {
            kind: planned.subject.kind,
            address: planned.subject.address,
            name: shown(planned.subject),
            off_by: planned.off.as_ref().map(ToString::to_string),
            settings: planned.listed().into_iter().map(setting).collect(),
        }
    }

    /// Which layer: its kind, its name, and the place in the sources.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it acts.
    pub const fn is_enabled(&self) -> bool {
        self.off_by.is_none()
    }

    /// Its settings. Those of a layer whose settings stay while the program runs are not among them, nor are those of
    /// state that is given none, and that no call has made yet.
    pub fn settings(&self) -> &[EffectiveSetting] {
        &self.settings
    }
}

impl EffectiveSetting {
    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its value.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The file and line, or the variable, that gives it. `None` if it is as written in the code.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for layer in &self.layers {
            write!(f, "{}", layer.name)?;
            match &layer.off_by {
                Some(by) => writeln!(f, ": switched off by {by}")?,
                None => writeln!(f)?,
            }
            for EffectiveSetting { name, value, origin } in &layer.settings {
                writeln!(f, "  {name} = {value} ({})", origin.as_deref().unwrap_or("as written"))?;
            }
        }
        for EffectiveFunction { function, worst_case } in &self.functions {
            write!(f, "{}: {worst_case}", function.path())?;
            let written = function.worst_case();
            if written == *worst_case { writeln!(f)? } else { writeln!(f, " (as written, {written})")? }
        }
        Ok(())
    }
}
