//! One who reads events as they come.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::events::log::{Lines, Log};

/// So many events are sent at a time.
const TOGETHER: usize = 64;

/// What a browser does after the connection has ended: it comes back after so many milliseconds.
const FIRST: &str = "retry: 2000\n\n";
const STILL_HERE: &str = ": still here\n\n";
const CLOSING: &str = "event: closing\ndata: {}\n\n";

/// Reads events from a [`Log`].
#[derive(Debug)]
pub(crate) struct Reader {
    log: Arc<Log>,
    number: usize,
    /// The number of the last event that it has.
    has: u64,
    /// How many signs of life it has had.
    beats: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    New,
    Reading,
    Ended,
}

impl Reader {
    pub(super) const fn new(log: Arc<Log>, number: usize, has: u64, beats: u64) -> Self {
        Self { log, number, has, beats, state: State::New }
    }

    /// What is new, once something is. `None` at the end.
    pub(crate) fn poll_next(&mut self, context: &Context<'_>) -> Poll<Option<Bytes>> {
        if self.state == State::Ended {
            return Poll::Ready(None);
        }
        let log = Arc::clone(&self.log);
        let mut lines = log.lines();
        let text = self.take(&lines);
        if text.is_empty() {
            lines.wake_later(self.number, context.waker());
            return Poll::Pending;
        }
        Poll::Ready(Some(text.into()))
    }

    fn take(&mut self, lines: &Lines) -> Vec<u8> {
        let mut text = Vec::new();
        let (last, kept) = (lines.last, lines.kept.len() as u64);
        // From another life of the process.
        let is_unknown = self.has > last;
        if self.state == State::New {
            text.extend_from_slice(FIRST.as_bytes());
            self.state = State::Reading;
        }
        if is_unknown || self.has < last - kept {
            let missed = (last - kept).saturating_sub(self.has);
            self.has = if is_unknown { last } else { last - kept };
            text.extend_from_slice(lagged(self.has, missed).as_bytes());
        }
        let known = usize::try_from(kept - (last - self.has)).unwrap_or(usize::MAX);
        for line in lines.kept.iter().skip(known).take(TOGETHER) {
            text.extend_from_slice(line);
            self.has += 1;
        }
        if text.is_empty() && lines.is_closed {
            text.extend_from_slice(CLOSING.as_bytes());
            self.state = State::Ended;
        }
        if text.is_empty() && self.beats != lines.beats {
            text.extend_from_slice(STILL_HERE.as_bytes());
        }
        self.beats = lines.beats;
        text
    }
}

fn lagged(has: u64, missed: u64) -> String {
    format!("id: {has}\nevent: lagged\ndata: {{\"missed\":{missed}}}\n\n")
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.log.leave(self.number);
    }
}
