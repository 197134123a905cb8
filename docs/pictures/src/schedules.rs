//! When attempts are made: the timelines of the example `schedules`, which prints them.

use std::time::Duration;

use crate::axis::Axis;
use crate::svg::{About, Picture, Svg};

#[path = "../../../examples/schedules/timelines.rs"]
mod timelines;

const ABOUT: About = About {
    name: "schedules",
    title: "When six attempts are made, by backoff and jitter",
    desc: "A dot for each of six attempts on a line of time. Constant delays take the least time, exponential ones \
           without jitter the most. Jitter makes delays shorter, or spreads them around their length.",
};

const TOP: f64 = 22.0;
const ROW: f64 = 20.0;

/// The picture.
pub(crate) fn draw() -> Picture {
    let timelines = timelines::all();
    let length = timelines.iter().map(timelines::Timeline::length).max().unwrap_or_default();
    let axis = Axis { left: 170.0, length };
    let mut svg = Svg::default();
    let (mut y, bottom) = (TOP, timelines.iter().fold(TOP, |y, _| y + ROW) - 8.0);
    axis.scale(&mut svg, Duration::from_secs(1), TOP - 10.0, bottom);
    for timeline in timelines {
        axis.name(&mut svg, y, timeline.name);
        svg.line("faint", (axis.left, y), (axis.x(timeline.length()), y));
        for attempt in timeline.attempts {
            svg.dot("plain", (axis.x(attempt), y));
        }
        y += ROW;
    }
    svg.finish(ABOUT, bottom + 22.0)
}
