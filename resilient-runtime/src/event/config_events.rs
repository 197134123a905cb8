//! Events of configurations.

use std::fmt::{self, Display};

use crate::core::name::{Escaped, Name};

/// A setting that a configuration changed, in [`Event::ConfigApplied`](crate::events::Event::ConfigApplied).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigChange {
    /// The layer as a configuration addresses it: `circuit_breaker.users`, `function."app::client::user".timeout.2`.
    pub address: String,
    /// Which setting, `enabled` included.
    pub setting: &'static str,
    /// The value before. `None` for one of two settings of which a layer has one at a time.
    pub from: Option<String>,
    /// The value now.
    pub to: Option<String>,
}

/// `circuit_breaker.users: failure_threshold = 5 -> 3`
impl Display for ConfigChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, setting, from, to } = self;
        let value = |value: &Option<String>| Escaped(value.as_deref().unwrap_or("none")).to_string();
        write!(f, "{}: {setting} = {} -> {}", Escaped(address), value(from), value(to))
    }
}

/// The data of [`Event::ConfigApplied`](crate::events::Event::ConfigApplied).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ConfigApplied<'a> {
    /// The path of the file, or `configuration` for a text.
    pub source: Name,
    /// How many settings have other values now. Zero if it says what was in force.
    pub count: usize,
    /// What changed. Empty in a copy of the event: [`EventRecord::changes`](crate::events::EventRecord::changes) has it
    /// there.
    pub changes: &'a [ConfigChange],
}

impl ConfigApplied<'_> {
    pub(super) const fn without_changes(self) -> ConfigApplied<'static> {
        let Self { source, count, changes: _ } = self;
        ConfigApplied { source, count, changes: &[] }
    }
}

/// `resilient.toml was applied: 1 change (circuit_breaker.users: failure_threshold = 5 -> 3)`
impl Display for ConfigApplied<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, count, changes } = self;
        let noun = if *count == 1 { "change" } else { "changes" };
        write!(f, "{source} was applied: {count} {noun}")?;
        if changes.is_empty() { Ok(()) } else { write!(f, " ({})", Listed(changes)) }
    }
}

/// Changes in one line.
pub(crate) struct Listed<'a>(pub(crate) &'a [ConfigChange]);

impl Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, change) in self.0.iter().enumerate() {
            write!(f, "{}{change}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

/// The data of [`Event::ConfigRejected`](crate::events::Event::ConfigRejected).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct ConfigRejected<'a> {
    /// The path of the file, or `configuration` for a text.
    pub source: Name,
    /// How many problems it has.
    pub problems: usize,
    /// All of them, with their places: a `config::ConfigError`.
    pub error: Option<&'a (dyn Display + Sync)>,
}

impl ConfigRejected<'_> {
    pub(super) const fn without_error(self) -> ConfigRejected<'static> {
        let Self { source, problems, error: _ } = self;
        ConfigRejected { source, problems, error: None }
    }
}

impl fmt::Debug for ConfigRejected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, problems, error } = self;
        let error = error.map(ToString::to_string);
        let mut fields = f.debug_struct("ConfigRejected");
        fields.field("source", source).field("problems", problems).field("error", &error).finish()
    }
}

/// `resilient.toml was rejected, the configuration before it stays: 2 problems`, and the problems on lines of their own.
impl Display for ConfigRejected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, problems, error } = self;
        let noun = if *problems == 1 { "problem" } else { "problems" };
        write!(f, "{source} was rejected, the configuration before it stays: {problems} {noun}")?;
        error.map_or(Ok(()), |error| write!(f, "\n{error}"))
    }
}
