//! A slow call with a hedge and without one.

use std::io;
use std::time::Duration;

use resilient::hedge;
use tokio::time::sleep;

use crate::attempts::{Call, End, Log, call};
use crate::axis::Axis;
use crate::svg::{About, Picture, Svg};

const ABOUT: About = About {
    name: "hedged",
    title: "A slow call without a hedge and with one",
    desc: "The first attempt needs a second. Without a hedge so does the call. With one a second attempt begins after 200 \
           milliseconds and answers 300 later; the call returns then, and the first attempt is dropped.",
};

#[hedge(delay = 200ms)]
async fn hedged(log: &Log) -> io::Result<()> {
    attempt(log).await
}

async fn attempt(log: &Log) -> io::Result<()> {
    let running = log.begin();
    sleep(Duration::from_millis(if running.number == 0 { 1000 } else { 300 })).await;
    running.end(true)
}

/// The picture.
pub(crate) fn draw() -> Picture {
    let calls = [call(&attempt), call(&hedged)];
    let longest = calls.iter().map(|call| call.ended).max().unwrap_or_default();
    let (axis, mut svg, mut top) = (Axis { left: 78.0, length: longest }, Svg::default(), 0.0);
    for (heading, mut call) in ["without #[hedge]", "#[hedge(delay = 200ms)]"].into_iter().zip(calls) {
        svg.heading((12.0, top + 20.0), heading);
        call.attempts.sort_by_key(|attempt| attempt.number);
        top = panel(&mut svg, axis, top + 28.0, &call);
    }
    svg.finish(ABOUT, top + 4.0)
}

/// Returns where it ends.
fn panel(svg: &mut Svg, axis: Axis, top: f64, call: &Call) -> f64 {
    let bottom = call.attempts.iter().fold(top + 30.0, |y, _| y + 24.0);
    axis.scale(svg, Duration::from_millis(200), top, bottom);
    let mut y = top + 14.0;
    for attempt in &call.attempts {
        axis.name(svg, y, &format!("attempt {}", attempt.number + 1));
        let look = match attempt.end {
            End::CutOff => ("waits pale", "is dropped"),
            End::Succeeded => ("good pale", "answers"),
            End::Failed => unreachable!("none fails"),
        };
        axis.span(svg, y, (attempt.from, attempt.to), look);
        y += 24.0;
    }
    call.draw(svg, axis, y);
    bottom + 18.0
}
