//! The settings of a layer that are in effect, defaults included.

use std::time::Duration;

use quote::ToTokens;
use syn::Pat;

use super::format;
use super::pretty_tokens::code;
use crate::facts::Facts;
use crate::model::{Filter, UNLIMITED};

/// One setting of one layer.
pub(crate) struct DescribedSetting {
    pub(crate) name: &'static str,
    pub(crate) text: String,
    /// What the user wrote, rather than a value that is known.
    pub(crate) is_code: bool,
    /// Whether it was written.
    pub(crate) given: bool,
}

/// The name of shared state, or the handle or value that has it, as the user wrote it.
pub(crate) fn name(facts: &Facts) -> Option<String> {
    facts.shared_name().map(|name| &name.value.expr).or(facts.held()).map(code)
}

/// A value for readers.
pub(crate) struct Shown {
    text: String,
    is_code: bool,
}

impl Shown {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_code: false }
    }

    pub(crate) fn code(tokens: &impl ToTokens) -> Self {
        Self { text: code(tokens), is_code: true }
    }

    /// Code that is written already.
    pub(crate) fn code_text(text: String) -> Self {
        Self { text, is_code: true }
    }

    pub(crate) fn filter(filter: &Filter) -> Self {
        match filter {
            Filter::On { pattern, guard } => {
                let guard = guard.as_ref().map(|guard| format!(" if {}", code(guard))).unwrap_or_default();
                Self { text: code(&without_leading_bar(pattern)) + &guard, is_code: true }
            }
            Filter::If(predicate) => Self::code(predicate),
        }
    }
}

#[derive(Default)]
pub(crate) struct DescribedSettings {
    pub(crate) all: Vec<DescribedSetting>,
}

impl DescribedSettings {
    /// A setting that was written, or its default.
    pub(crate) fn row(&mut self, name: &'static str, written: Option<Shown>, default: Option<String>) {
        match (written, default) {
            (Some(shown), _) => self.all.push(DescribedSetting::new(name, shown, true)),
            (None, Some(text)) => self.all.push(DescribedSetting::new(name, Shown::text(text), false)),
            (None, None) => {}
        }
    }
}

impl DescribedSetting {
    pub(crate) fn new(name: &'static str, Shown { text, is_code }: Shown, given: bool) -> Self {
        Self { name, text, is_code, given }
    }
}

fn without_leading_bar(pattern: &Pat) -> Pat {
    let mut pattern = pattern.clone();
    if let Pat::Or(or) = &mut pattern {
        or.leading_vert = None;
    }
    pattern
}

/// A known value as an attribute would take it.
pub(crate) trait Text {
    fn text(&self) -> String;
}

impl Text for Duration {
    fn text(&self) -> String {
        if *self == UNLIMITED { "unlimited".to_owned() } else { format::duration(*self) }
    }
}

impl Text for u32 {
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Text for f64 {
    fn text(&self) -> String {
        format!("{self:?}")
    }
}

impl Text for &str {
    fn text(&self) -> String {
        (*self).to_owned()
    }
}

impl Text for String {
    fn text(&self) -> String {
        self.clone()
    }
}
