//! The same body with a timeout above the retry and below it.

use std::cell::RefCell;
use std::future::pending;
use std::io;
use std::time::Duration;

use resilient::{retry, timeout};
use tokio::time::{Instant, sleep};

use crate::axis::Axis;
use crate::paused::{play, since};
use crate::svg::{About, Picture, Svg};

const ABOUT: About = About {
    name: "order",
    title: "A timeout above the retry and below it",
    desc: "The first attempt fails, the second hangs, the third would succeed. A timeout of one second above the retry \
           ends the call within the second attempt. Below the retry it ends the second attempt, and the third succeeds.",
};

#[timeout(1s)]
#[retry(max_attempts = 3, base_delay = 200ms, jitter = none)]
async fn above(log: &Log) -> io::Result<()> {
    log.attempt().await
}

#[retry(max_attempts = 3, base_delay = 200ms, jitter = none)]
#[timeout(1s)]
async fn below(log: &Log) -> io::Result<()> {
    log.attempt().await
}

/// How an attempt ended.
#[derive(Clone, Copy)]
enum End {
    Failed,
    CutOff,
    Succeeded,
}

/// The attempts of a call.
struct Log {
    start: Instant,
    attempts: RefCell<Vec<(Duration, Duration, End)>>,
}

/// An attempt that runs. It is dropped when the attempt ends, or is ended.
struct Running<'a> {
    log: &'a Log,
    from: Duration,
    end: End,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.log.attempts.borrow_mut().push((self.from, since(self.log.start), self.end));
    }
}

impl Log {
    async fn attempt(&self) -> io::Result<()> {
        let number = self.attempts.borrow().len() + 1;
        let mut running = Running { log: self, from: since(self.start), end: End::CutOff };
        if number == 2 {
            pending::<()>().await;
        }
        sleep(Duration::from_millis(300)).await;
        let fails = number == 1;
        running.end = if fails { End::Failed } else { End::Succeeded };
        if fails { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

/// A call by one of the functions: its attempts, when it ended, and how.
type Call = (Vec<(Duration, Duration, End)>, Duration, io::Result<()>);

fn call(function: &impl AsyncFn(&Log) -> io::Result<()>) -> Call {
    play(async {
        let log = Log { start: Instant::now(), attempts: RefCell::default() };
        let outcome = function(&log).await;
        (log.attempts.take(), since(log.start), outcome)
    })
}

const PANEL: f64 = 96.0;

/// The picture.
pub(crate) fn draw() -> Picture {
    let (calls, mut svg) = ([call(&above), call(&below)], Svg::default());
    let longest = calls.iter().map(|(_, end, _)| *end).max().unwrap_or_default();
    let axis = Axis { left: 74.0, length: longest };
    let headings = ["#[timeout(1s)] above #[retry]", "#[retry] above #[timeout(1s)]"];
    for ((top, heading), call) in [0.0, PANEL].into_iter().zip(headings).zip(&calls) {
        svg.heading((12.0, top + 20.0), heading);
        panel(&mut svg, axis, top + 28.0, call);
    }
    svg.finish(ABOUT, 2.0 * PANEL + 8.0)
}

fn panel(svg: &mut Svg, axis: Axis, top: f64, (attempts, end, outcome): &Call) {
    axis.scale(svg, Duration::from_millis(500), top, top + 54.0);
    axis.name(svg, top + 14.0, "attempts");
    for (from, to, how) in attempts {
        let look = match how {
            End::Failed => ("bad pale", "fails"),
            End::CutOff => ("waits pale", "hangs"),
            End::Succeeded => ("good pale", "works"),
        };
        axis.span(svg, top + 14.0, (*from, *to), look);
    }
    axis.name(svg, top + 38.0, "the call");
    let (class, text) = match outcome {
        Ok(()) => ("good pale", "Ok".to_owned()),
        Err(error) => ("bad pale", error.kind().to_string()),
    };
    axis.span(svg, top + 38.0, (Duration::ZERO, *end), (class, &text));
}
