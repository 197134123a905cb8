//! Events for code that reads them elsewhere.

use std::fmt;
use std::sync::Arc;

use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::broadcast::{Receiver, channel};

use crate::event::config_events::ConfigChange;
use crate::event::event::Event;
use crate::event::listener::Filter;
use crate::event::listeners::Subscription;

/// A copy of an event, which can be kept. It has all of it, the error as text.
#[derive(Clone, Debug)]
pub struct EventRecord {
    event: Event<'static>,
    error: Option<Arc<str>>,
    changes: Arc<[ConfigChange]>,
    text: Arc<str>,
}

impl EventRecord {
    pub(crate) fn of(event: &Event<'_>) -> Self {
        let error = event.error().map(|error| error.to_string().into());
        let changes = match event {
            Event::ConfigApplied(applied) => applied.changes.into(),
            _ => Arc::default(),
        };
        Self { event: event.without_error(), error, changes, text: event.to_string().into() }
    }

    /// The event. Its `error` is `None` here: [`error`](Self::error) has it.
    pub const fn event(&self) -> &Event<'static> {
        &self.event
    }

    /// The text of the error, if the event had one.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// What a configuration changed. Empty for other events than [`Event::ConfigApplied`].
    pub fn changes(&self) -> &[ConfigChange] {
        &self.changes
    }
}

/// As the event itself, its error included.
impl fmt::Display for EventRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Copies of events, in the order in which they were made. From [`Events::channel`](crate::events::Events::channel).
///
/// It needs no runtime. Dropping it ends the copying.
#[derive(Debug)]
#[must_use = "it copies events for whoever reads it"]
pub struct EventStream {
    // Dropped first, so that no event is copied for nobody.
    _subscription: Subscription,
    records: Receiver<EventRecord>,
}

/// Events were lost before they were read, because newer ones took their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{missed} events were lost before they were read")]
pub struct Lagged {
    missed: u64,
}

impl Lagged {
    /// How many.
    pub const fn missed(self) -> u64 {
        self.missed
    }
}

impl EventStream {
    #[track_caller]
    pub(crate) fn new(filter: Filter, capacity: usize) -> Self {
        assert!(capacity > 0, "a channel must hold at least one event");
        let (sender, records) = channel(capacity);
        // Fails if nobody reads any more, which is no concern of the call.
        let keep = move |event: &Event<'_>| drop(sender.send(EventRecord::of(event)));
        Self { _subscription: Subscription::begin(filter, keep), records }
    }

    /// The next event, once there is one. Cancellation: dropping the future loses no event.
    ///
    /// # Errors
    ///
    /// [`Lagged`] if events were lost since the last read; the next read gives the oldest that is kept.
    pub async fn next(&mut self) -> Result<EventRecord, Lagged> {
        match self.records.recv().await {
            Ok(record) => Ok(record),
            Err(RecvError::Lagged(missed)) => Err(Lagged { missed }),
            // Not while the subscription, which has the sender, is there.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }

    /// The next event if there is one now.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub fn try_next(&mut self) -> Result<Option<EventRecord>, Lagged> {
        match self.records.try_recv() {
            Ok(record) => Ok(Some(record)),
            Err(TryRecvError::Lagged(missed)) => Err(Lagged { missed }),
            Err(TryRecvError::Empty | TryRecvError::Closed) => Ok(None),
        }
    }
}
