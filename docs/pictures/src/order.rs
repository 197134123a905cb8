//! The same body with a timeout above the retry and below it.

use std::future::pending;
use std::io;
use std::time::Duration;

use resilient::{retry, timeout};
use tokio::time::sleep;

use crate::attempts::{Call, End, Log, call};
use crate::axis::Axis;
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
    attempt(log).await
}

#[retry(max_attempts = 3, base_delay = 200ms, jitter = none)]
#[timeout(1s)]
async fn below(log: &Log) -> io::Result<()> {
    attempt(log).await
}

async fn attempt(log: &Log) -> io::Result<()> {
    let running = log.begin();
    if running.number == 1 {
        pending::<()>().await;
    }
    sleep(Duration::from_millis(300)).await;
    let succeeds = running.number > 0;
    running.end(succeeds)
}

const PANEL: f64 = 96.0;

/// The picture.
pub(crate) fn draw() -> Picture {
    let (calls, mut svg) = ([call(&above), call(&below)], Svg::default());
    let longest = calls.iter().map(|call| call.ended).max().unwrap_or_default();
    let axis = Axis { left: 74.0, length: longest };
    let headings = ["#[timeout(1s)] above #[retry]", "#[retry] above #[timeout(1s)]"];
    for ((top, heading), call) in [0.0, PANEL].into_iter().zip(headings).zip(&calls) {
        svg.heading((12.0, top + 20.0), heading);
        panel(&mut svg, axis, top + 28.0, call);
    }
    svg.finish(ABOUT, 2.0 * PANEL + 8.0)
}

fn panel(svg: &mut Svg, axis: Axis, top: f64, call: &Call) {
    axis.scale(svg, Duration::from_millis(500), top, top + 54.0);
    axis.name(svg, top + 14.0, "attempts");
    for attempt in &call.attempts {
        let look = match attempt.end {
            End::Failed => ("bad pale", "fails"),
            End::CutOff => ("waits pale", "hangs"),
            End::Succeeded => ("good pale", "works"),
        };
        axis.span(svg, top + 14.0, (attempt.from, attempt.to), look);
    }
    call.draw(svg, axis, top + 38.0);
}
