//! What is seen of the attempts of a call.

use std::cell::{Cell, RefCell};
use std::io;
use std::time::Duration;

use tokio::time::Instant;

use crate::axis::Axis;
use crate::paused::{play, since};
use crate::svg::Svg;

/// How an attempt ended.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// By an error of the body.
    Failed,
    /// It was dropped.
    CutOff,
    /// By an answer.
    Succeeded,
}

/// The attempts of a call that is under way.
pub(crate) struct Log {
    start: Instant,
    begun: Cell<usize>,
    ended: RefCell<Vec<Attempt>>,
}

/// An attempt that has ended: its number from 0, its beginning and its end.
#[derive(Clone, Copy)]
pub(crate) struct Attempt {
    pub(crate) number: usize,
    pub(crate) from: Duration,
    pub(crate) to: Duration,
    pub(crate) end: End,
}

/// An attempt that runs. It is dropped when the attempt ends, or is ended.
pub(crate) struct Running<'a> {
    log: &'a Log,
    /// From 0.
    pub(crate) number: usize,
    from: Duration,
    end: End,
}

impl Log {
    /// An attempt begins.
    pub(crate) fn begin(&self) -> Running<'_> {
        let number = self.begun.replace(self.begun.get() + 1);
        Running { log: self, number, from: since(self.start), end: End::CutOff }
    }
}

impl Running<'_> {
    /// It comes to its end, with what the body returns.
    pub(crate) fn end(mut self, succeeds: bool) -> io::Result<()> {
        self.end = if succeeds { End::Succeeded } else { End::Failed };
        if succeeds { Ok(()) } else { Err(io::ErrorKind::ConnectionReset.into()) }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let Self { number, from, end, .. } = *self;
        self.log.ended.borrow_mut().push(Attempt { number, from, to: since(self.log.start), end });
    }
}

/// A call that has ended: its attempts, when, and how.
pub(crate) struct Call {
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) ended: Duration,
    pub(crate) outcome: io::Result<()>,
}

/// A call of a function.
pub(crate) fn call(function: &impl AsyncFn(&Log) -> io::Result<()>) -> Call {
    play(async {
        let log = Log { start: Instant::now(), begun: Cell::new(0), ended: RefCell::default() };
        let outcome = function(&log).await;
        Call { attempts: log.ended.take(), ended: since(log.start), outcome }
    })
}

impl Call {
    /// A row with the call itself.
    pub(crate) fn draw(&self, svg: &mut Svg, axis: Axis, y: f64) {
        axis.name(svg, y, "the call");
        let (class, text) = match &self.outcome {
            Ok(()) => ("good pale", "Ok".to_owned()),
            Err(error) => ("bad pale", error.kind().to_string()),
        };
        axis.span(svg, y, (Duration::ZERO, self.ended), (class, &text));
    }
}
