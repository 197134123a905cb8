//! A layer for subscribers that keeps what is logged.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

/// Fields by their names, as text.
pub type Fields = BTreeMap<&'static str, String>;

/// A span that was open where something was logged.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenSpan {
    /// Its name.
    pub name: &'static str,
    /// Its fields at that time.
    pub fields: Fields,
}

/// One line of a log.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its target.
    pub target: &'static str,
    /// Its level.
    pub level: Level,
    /// Its fields, the message included.
    pub fields: Fields,
    /// The spans that were open, the outermost first.
    pub spans: Vec<OpenSpan>,
}

impl Line {
    /// A field, or nothing.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// The target without what all have in common, the level and the message.
    #[must_use]
    pub fn summary(&self) -> String {
        let target = self.target.trim_start_matches("resilient::");
        format!("{target} {} {}", self.level, self.field("message"))
    }
}

/// Keeps all lines, and the fields of spans that are closed.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    lines: Arc<Mutex<Vec<Line>>>,
    closed: Arc<Mutex<Vec<OpenSpan>>>,
}

impl Kept {
    /// The lines with such a field, in their order.
    ///
    /// # Panics
    ///
    /// If a test has panicked while it kept something.
    #[must_use]
    pub fn with(&self, field: &str, value: &str) -> Vec<Line> {
        let lines = self.lines.lock().unwrap();
        lines.iter().filter(|line| line.field(field) == value).cloned().collect()
    }

    /// The spans of this name that are closed.
    ///
    /// # Panics
    ///
    /// As [`with`](Self::with).
    #[must_use]
    pub fn closed(&self, name: &str) -> Vec<OpenSpan> {
        self.closed.lock().unwrap().iter().filter(|span| span.name == name).cloned().collect()
    }
}

struct Read<'a>(&'a mut Fields);

impl Visit for Read<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Kept {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::new();
        attributes.record(&mut Read(&mut fields));
        context.span(id).expect("it is new").extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).expect("it is open");
        values.record(&mut Read(span.extensions_mut().get_mut().expect("each has fields")));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::new();
        event.record(&mut Read(&mut fields));
        let open = |span: tracing_subscriber::registry::SpanRef<'_, S>| OpenSpan {
            name: span.name(),
            fields: span.extensions().get().cloned().unwrap_or_default(),
        };
        let spans = context
            .event_scope(event)
            .into_iter()
            .flat_map(tracing_subscriber::registry::Scope::from_root)
            .map(open)
            .collect();
        let (target, level) = (event.metadata().target(), *event.metadata().level());
        self.lines.lock().unwrap().push(Line { target, level, fields, spans });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).expect("it is being closed");
        let fields = span.extensions().get().cloned().unwrap_or_default();
        self.closed.lock().unwrap().push(OpenSpan { name: span.name(), fields });
    }
}
