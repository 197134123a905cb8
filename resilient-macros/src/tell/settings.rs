//! The settings of a layer as they take effect, those that were not written included.

mod circuit_breaker;
mod retry;
#[cfg(test)]
mod tests;

use std::time::Duration;

use quote::ToTokens;
use syn::{Expr, Pat};

use super::code::code;
use super::text;
use crate::defaults::bulkhead::{MAX_CONCURRENT, MAX_WAIT, UNLIMITED_WAIT};
use crate::model::{Answer, Bulkhead, Fallback, Filter, Layer, Name, Setting, Timeout, Value};

/// One setting of one layer.
pub(crate) struct Told {
    pub(crate) name: &'static str,
    pub(crate) text: String,
    /// What the user wrote, rather than a value that is known.
    pub(crate) is_code: bool,
    /// Whether it was written.
    pub(crate) given: bool,
}

/// All settings of a layer, in the order of their documentation. A `policy` decides about those that are not written,
/// and so does the place that gives shared state its settings: they are left out then.
pub(crate) fn settings(layer: &Layer) -> Vec<Told> {
    match layer {
        Layer::Retry(layer) => retry::settings(layer),
        Layer::CircuitBreaker(layer) => circuit_breaker::settings(layer),
        Layer::Timeout(layer) => timeout(layer),
        Layer::Bulkhead(layer) => bulkhead(layer),
        Layer::Fallback(layer) => fallback(layer),
    }
}

/// The name of shared state, as the user wrote it.
pub(crate) fn name(layer: &Layer) -> Option<String> {
    match layer {
        Layer::CircuitBreaker(breaker) => Some(&breaker.name),
        Layer::Bulkhead(bulkhead) => bulkhead.name.as_ref(),
        Layer::Retry(_) | Layer::Timeout(_) | Layer::Fallback(_) => None,
    }
    .map(|Setting { value: Name { expr, .. }, .. }| code(expr))
}

struct Settings {
    told: Vec<Told>,
    /// Whether what is not written has its default.
    defaults: bool,
}

impl Settings {
    fn new(policy: Option<&Setting<Expr>>, defaults: bool) -> Self {
        let mut settings = Self { told: Vec::new(), defaults };
        settings.code("policy", policy);
        settings
    }

    fn put(&mut self, name: &'static str, text: impl Into<String>, given: bool) {
        self.told.push(Told { name, text: text.into(), is_code: false, given });
    }

    fn put_code(&mut self, name: &'static str, tokens: &impl ToTokens) {
        self.told.push(Told { name, text: code(tokens), is_code: true, given: true });
    }

    /// A setting whose value is an expression, such as a function.
    fn code(&mut self, name: &'static str, setting: Option<&Setting<Expr>>) {
        if let Some(setting) = setting {
            self.put_code(name, &setting.value);
        }
    }

    fn value<T: Text + Copy>(&mut self, name: &'static str, setting: Option<&Setting<Value<T>>>, default: Option<T>) {
        match setting.map(|setting| &setting.value) {
            Some(Value::Known(value)) => self.put(name, value.text(), true),
            Some(Value::Expr(expr)) => self.put_code(name, expr),
            None => self.unwritten(name, default.map(|value| value.text())),
        }
    }

    /// What holds if the setting is not written.
    fn unwritten(&mut self, name: &'static str, text: Option<impl Into<String>>) {
        if let (true, Some(text)) = (self.defaults, text) {
            self.put(name, text, false);
        }
    }

    /// `KIND_on`, or `KIND_if` where the user gave a predicate.
    fn filter(&mut self, [on, predicate]: [&'static str; 2], filter: Option<&Setting<Filter>>) {
        match filter.map(|filter| &filter.value) {
            Some(Filter::On { pattern, guard }) => {
                let guard = guard.as_ref().map(|guard| format!(" if {}", code(guard))).unwrap_or_default();
                let text = code(&without_leading_bar(pattern)) + &guard;
                self.told.push(Told { name: on, text, is_code: true, given: true });
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
trait Text {
    fn text(&self) -> String;
}

impl Text for Duration {
    fn text(&self) -> String {
        if *self == UNLIMITED_WAIT { "unlimited".to_owned() } else { text::duration(*self) }
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

fn timeout(timeout: &Timeout) -> Vec<Told> {
    let mut settings = Settings::new(timeout.policy.as_ref(), false);
    settings.value("duration", timeout.duration.as_ref(), None);
    settings.value("step", timeout.step.as_ref(), None);
    if timeout.cooperative.is_some() {
        settings.put("cooperative", "yes", true);
    }
    settings.code("map_err", timeout.map_err.as_ref());
    settings.told
}

fn bulkhead(bulkhead: &Bulkhead) -> Vec<Told> {
    let defaults = bulkhead.policy.is_none() && bulkhead.gives_settings();
    let mut settings = Settings::new(bulkhead.policy.as_ref(), defaults);
    settings.value("max_concurrent", bulkhead.max_concurrent.as_ref(), Some(MAX_CONCURRENT));
    settings.value("max_wait", bulkhead.max_wait.as_ref(), Some(MAX_WAIT));
    settings.value("max_queue", bulkhead.max_queue.as_ref(), None);
    settings.code("map_err", bulkhead.map_err.as_ref());
    settings.told
}

fn fallback(fallback: &Fallback) -> Vec<Told> {
    let mut settings = Settings::new(None, false);
    for answer in &fallback.answers {
        match answer {
            Answer::Path(path) => settings.put_code("function", path),
            Answer::Closure(closure) => settings.put_code("closure", closure),
            Answer::Value(value) => settings.put_code("value", value),
            Answer::Default(_) => settings.put("default", "yes", true),
        }
    }
    settings.filter(["fallback_on", "fallback_if"], fallback.filter.as_ref());
    settings.told
}
