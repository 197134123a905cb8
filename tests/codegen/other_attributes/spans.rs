//! A subscriber that records new spans and events.

use std::fmt::{Debug, Write as _};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

/// The spans so far: each has its name and its fields, sorted by name.
#[derive(Clone, Default)]
pub(crate) struct Spans(Arc<Mutex<Vec<String>>>);

impl Spans {
    /// The spans since the last call of this function.
    pub(crate) fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }
}

impl Subscriber for Spans {
    /// All but what this library logs itself, if it does.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !metadata.target().starts_with("resilient::")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        span.record(&mut fields);
        fields.0.sort();
        let mut spans = self.0.lock().expect("no panic");
        let mut text = span.metadata().name().to_owned();
        for field in fields.0 {
            write!(text, " {field}").expect("text");
        }
        spans.push(text);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.0.lock().expect("no panic").push(format!("event {}", fields.0.join(" ")));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Fields(Vec<String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push(format!("{}={value:?}", field.name()));
    }
}

/// Calls the closure and records its spans.
pub(crate) fn noted<T>(spans: &Spans, call: impl FnOnce() -> T) -> T {
    tracing::dispatcher::with_default(&Dispatch::new(spans.clone()), call)
}

/// Runs the future and records its spans.
pub(crate) async fn counted<F: Future>(spans: &Spans, future: F) -> F::Output {
    let mut future = pin!(future);
    let dispatch = Dispatch::new(spans.clone());
    std::future::poll_fn(|context| -> Poll<F::Output> {
        tracing::dispatcher::with_default(&dispatch, || future.as_mut().poll(context))
    })
    .await
}
