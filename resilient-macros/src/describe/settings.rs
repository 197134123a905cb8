//! The settings of a layer as they take effect, those that were not written included.

use std::time::Duration;

use quote::ToTokens;
use syn::{Expr, Pat};

use super::format;
use super::pretty_tokens::code;
use crate::facts::Facts;
use crate::model::{Filter, Setting, UNLIMITED, Value};

/// One setting of one layer.
pub(crate) struct DescribedSetting {
    pub(crate) name: &'static str,
    pub(crate) text: String,
    /// What the user wrote, rather than a value that is known.
    pub(crate) is_code: bool,
    /// Whether it was written.
    pub(crate) given: bool,
}

/// The name of shared state, as the user wrote it.
pub(crate) fn name(facts: &Facts) -> Option<String> {
    facts.shared_name().map(|name| code(&name.value.expr))
}

pub(crate) struct DescribedSettings {
    pub(crate) all: Vec<DescribedSetting>,
    /// Whether what is not written has its default.
    defaults: bool,
}

impl DescribedSettings {
    pub(crate) fn new(policy: Option<&Setting<Expr>>, defaults: bool) -> Self {
        let mut settings = Self { all: Vec::new(), defaults };
        settings.code("policy", policy);
        settings
    }

    pub(crate) fn put(&mut self, name: &'static str, text: impl Into<String>, given: bool) {
        self.all.push(DescribedSetting { name, text: text.into(), is_code: false, given });
    }

    pub(crate) fn put_code(&mut self, name: &'static str, tokens: &impl ToTokens) {
        self.all.push(DescribedSetting { name, text: code(tokens), is_code: true, given: true });
    }

    /// A setting whose value is an expression, such as a function.
    pub(crate) fn code(&mut self, name: &'static str, setting: Option<&Setting<Expr>>) {
        if let Some(setting) = setting {
            self.put_code(name, &setting.value);
        }
    }

    pub(crate) fn value<T: Text + Copy>(
        &mut self,
        name: &'static str,
        setting: Option<&Setting<Value<T>>>,
        default: Option<T>,
    ) {
        match setting.map(|setting| &setting.value) {
            Some(Value::Known(value)) => self.put(name, value.text(), true),
            Some(Value::Expr(expr)) => self.put_code(name, expr),
            None => self.unwritten(name, default.map(|value| value.text())),
        }
    }

    /// What holds if the setting is not written.
    pub(crate) fn unwritten(&mut self, name: &'static str, text: Option<impl Into<String>>) {
        if let (true, Some(text)) = (self.defaults, text) {
            self.put(name, text, false);
        }
    }

    /// `KIND_on`, or `KIND_if` where the user gave a predicate.
    pub(crate) fn filter(&mut self, [on, predicate]: [&'static str; 2], filter: Option<&Setting<Filter>>) {
        match filter.map(|filter| &filter.value) {
            Some(Filter::On { pattern, guard }) => {
                let guard = guard.as_ref().map(|guard| format!(" if {}", code(guard))).unwrap_or_default();
                let text = code(&without_leading_bar(pattern)) + &guard;
                self.all.push(DescribedSetting { name: on, text, is_code: true, given: true });
            }
            Some(Filter::If(expr)) => self.put_code(predicate, expr),
            // No policy holds a filter, so none is given elsewhere.
            None => self.put(on, "every error", false),
        }
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
